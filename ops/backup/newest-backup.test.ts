import { afterEach, beforeEach, expect, test } from "bun:test";
import { cp, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BackupHome, backupHome, makeUnowned, verifyNamed } from "#test/backup-home.ts";
import { backupName } from "./list-backups.ts";
import { SEAL } from "./manifest.ts";
import { NewestBackup } from "./newest-backup.ts";

let home: BackupHome;
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

const look = async (): Promise<boolean | undefined> =>
  (await new NewestBackup(home.paths.backups).look(Date.now()))?.isWhole;

test("one changed byte of the newest backup is seen, also under the old time of its file", async () => {
  expect(await look()).toBeUndefined();
  const { folder } = await makeUnowned(home);
  expect(await look()).toBe(true);
  const path = join(folder, "databases/state/current/journal.sqlite");
  const bytes = await readFile(path);
  bytes[4000] = (bytes[4000] ?? 0) ^ 1;
  await writeLaterThan(join(folder, SEAL), path, bytes);
  await utimes(path, 1, 1);
  const seen = new NewestBackup(home.paths.backups);
  expect(await seen.look(Date.now())).toMatchObject({ isWhole: false });
  expect(await seen.look(Date.now())).toMatchObject({ isWhole: false });
  bytes[4000] = (bytes[4000] ?? 0) ^ 1;
  await writeLaterThan(path, path, bytes);
  expect(await seen.look(Date.now())).toMatchObject({ isWhole: true });
});

/** The clock of files ticks every few milliseconds: what changes twice within a tick has one time. */
async function writeLaterThan(other: string, path: string, bytes: Uint8Array): Promise<void> {
  const { ctimeMs } = await stat(other);
  do await writeFile(path, bytes);
  while ((await stat(path)).ctimeMs <= ctimeMs);
}

test("a copy of a backup is whole, and one of a clock that was ahead is not the newest", async () => {
  const { folder, at } = await makeUnowned(home, Date.now() - 60_000);
  const copy = join(home.paths.backups, backupName(Date.now() - 30_000));
  await cp(folder, copy, { recursive: true });
  await cp(folder, join(home.paths.backups, "2096-01-01T000000Z"), { recursive: true });
  const seen = await new NewestBackup(home.paths.backups).look(Date.now());
  expect(seen?.isWhole).toBe(true);
  expect(seen?.at).toBeGreaterThan(at);
  expect(seen?.at).toBeLessThan(Date.now());
});

test.each(["link", "pipe"])("a %s within a backup makes it a damaged one", async (kind) => {
  const { folder, name } = await makeUnowned(home);
  const path = join(folder, "databases", "more");
  if (kind === "link") await symlink(home.path, path);
  else Bun.spawnSync(["mkfifo", path]);
  await expect(verifyNamed(home, name)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
  expect(await look()).toBe(false);
});
