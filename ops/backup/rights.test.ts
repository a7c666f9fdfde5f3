/** Who may do what after a restore: what was taken away since the backup must not come back. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AccessStore } from "#home/access-store.ts";
import { LeaseStore } from "#home/lease-store.ts";
import { type BackupHome, backupHome, makeUnowned } from "#test/backup-home.ts";
import { type Restored, restoreBackup } from "./restore.ts";

let home: BackupHome;
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

const restore = (name: string): Promise<Restored> =>
  restoreBackup({ home: home.path, name, backUpFirst: async () => undefined });
const tokens = (): readonly string[] => {
  using store = new AccessStore(home.paths);
  return store.list().map(({ name }) => name);
};

test("a token that was revoked since stays revoked, one that was made since goes on, and so it is with leases", async () => {
  let revoked = "";
  {
    using access = new AccessStore(home.paths);
    revoked = access.createToken("old", "read").id;
    access.createToken("kept", "read");
    using leases = new LeaseStore(home.paths);
    await leases.grant([]);
  }
  const { name } = await makeUnowned(home);
  {
    using access = new AccessStore(home.paths);
    access.revoke(revoked);
    access.createToken("new", "admin");
    using leases = new LeaseStore(home.paths);
    await leases.revoke("L1");
  }
  expect(await restore(name)).toMatchObject({ backup: name, rights: "kept" });
  expect(tokens().toSorted()).toEqual(["kept", "new"]);
  using leases = new LeaseStore(home.paths);
  expect(await leases.list()).toMatchObject([{ id: "L1", revoked: true }]);
});

test("where the tokens of today cannot be read, those of the backup are revoked and the home still asks for one", async () => {
  let token = { id: "", token: "" };
  {
    using access = new AccessStore(home.paths);
    token = access.createToken("old", "admin");
    using leases = new LeaseStore(home.paths);
    await leases.grant([]);
  }
  const { name } = await makeUnowned(home);
  for (const path of [home.paths.access, home.paths.leases]) {
    for (const ending of ["-wal", "-shm"]) rmSync(path + ending, { force: true });
    writeFileSync(path, "x".repeat(20_000));
  }
  expect(await restore(name)).toMatchObject({ rights: "revoked" });
  using access = new AccessStore(home.paths);
  expect(access.isEmpty).toBe(false);
  const sum = new Bun.CryptoHasher("sha256").update(token.token).digest();
  expect(Buffer.from(access.token(token.id)?.hash ?? []).equals(sum)).toBe(false);
  using leases = new LeaseStore(home.paths);
  expect(await leases.list()).toMatchObject([{ revoked: true }]);
});

test("a tool that was switched off since stays off", async () => {
  const { name } = await makeUnowned(home);
  mkdirSync(home.paths.disabledTools, { recursive: true });
  const off = join(home.paths.disabledTools, "median");
  writeFileSync(off, "");
  await restore(name);
  expect(existsSync(off)).toBe(true);
});
