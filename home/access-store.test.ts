import { expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessStore, hashToken } from "./access-store.ts";

async function inFolder(work: (store: AccessStore, folder: string) => unknown): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "org-access-"));
  using store = new AccessStore({ access: join(folder, "access.sqlite") }, () => 5000);
  try {
    await work(store, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("keeps the hash of a token and nothing of the token itself", () =>
  inFolder(async (store, folder) => {
    const { id, token } = store.createToken("ci", "run");
    expect(token).toMatch(/^org_[0-9a-f]{12}_[\w-]{43}$/);
    expect(store.token(id)).toMatchObject({ name: "ci", scope: "run", createdAt: 5000 });
    expect(store.token(id)?.hash).toEqual(Buffer.from(hashToken(token)));
    const secret = token.split("_").slice(2).join("_");
    for (const file of await readdir(folder)) {
      expect((await stat(join(folder, file))).mode & 0o077).toBe(0);
      expect((await readFile(join(folder, file), "latin1")).includes(secret)).toBe(false);
    }
  }));

test("what another process makes or revokes holds at once", () =>
  inFolder((store, folder) => {
    using other = new AccessStore({ access: join(folder, "access.sqlite") });
    const { id } = other.createToken("ci", "read");
    expect(store.isEmpty).toBe(false);
    expect(store.list()).toMatchObject([{ id, kind: "bearer", scope: "read" }]);
    store.revoke(id);
    expect(other.isEmpty).toBe(true);
    expect(other.token(id)).toBeUndefined();
    expect(() => other.revoke(id)).toThrow("no token");
  }));

test("the secret of a key lies in a file of its own, and goes with it", () =>
  inFolder(async (store) => {
    const { id, path } = store.createKey("ci", "admin");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(store.key(id)?.secret).toMatch(/^[\w-]{43}$/);
    // A key is not a token.
    expect(store.token(id)).toBeUndefined();
    store.revoke(id);
    expect(await stat(path).catch(() => "gone")).toBe("gone");
  }));

test("no id leads out of the folder of keys", () =>
  inFolder(async (store, folder) => {
    await Bun.write(join(folder, "other.key"), "x");
    expect(() => store.revoke("../other")).toThrow("no token");
    expect(await Bun.file(join(folder, "other.key")).text()).toBe("x");
  }));

test("a nonce counts once for each key, whichever process saw it", () =>
  inFolder((store, folder) => {
    using other = new AccessStore({ access: join(folder, "access.sqlite") }, () => 5000);
    expect(store.useNonce("a", "n", 9000)).toBe("new");
    expect(other.useNonce("a", "n", 9000)).toBe("used");
    expect(other.useNonce("b", "n", 9000)).toBe("new");
  }));
