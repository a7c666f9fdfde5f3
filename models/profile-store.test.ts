import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProfileStore } from "./profile-store.ts";

const HERE = "http://127.0.0.1:1";
let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-profiles-"));
  path = join(folder, "profiles.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("what is kept of a model is there after a restart", async () => {
  await new ProfileStore(path).update([HERE, "m"], () => ({ server: { slots: 3 }, askedAtMs: 5 }));
  expect(await new ProfileStore(path).get(HERE, "m")).toEqual({
    server: { slots: 3 },
    askedAtMs: 5,
  });
  expect(await new ProfileStore(path).get(HERE, "other")).toEqual({});
});

const UNREADABLE: readonly (readonly [what: string, text: string])[] = [
  ["a damaged file", "{"],
  ["a file of the first version", `{"${HERE} m": {"dialect": "hermes", "thinkOpen": true}}`],
  ["a file of a later version", `{"version": 99, "models": {"${HERE} m": {"server": {}}}}`],
  [
    "a file with facts that cannot be",
    `{"version": 2, "models": {"${HERE} m": {"server": {"slots": -1}}}}`,
  ],
];
for (const [what, text] of UNREADABLE) {
  test(`${what} counts as empty, and is replaced`, async () => {
    writeFileSync(path, text);
    const store = new ProfileStore(path);
    expect(await store.get(HERE, "m")).toEqual({});
    await store.update([HERE, "m"], () => ({ askedAtMs: 1 }));
    expect(await new ProfileStore(path).get(HERE, "m")).toEqual({ askedAtMs: 1 });
  });
}

test("changes at the same time, and those of another process, are all kept", async () => {
  const [store, other] = [new ProfileStore(path), new ProfileStore(path)];
  await store.get(HERE, "m");
  await other.update([HERE, "theirs"], () => ({ askedAtMs: 9 }));
  await Promise.all(
    ["a", "b", "c"].map((model) => store.update([HERE, model], () => ({ askedAtMs: 1 }))),
  );
  const kept = new ProfileStore(path);
  const models = await Promise.all(["a", "b", "c", "theirs"].map((one) => kept.get(HERE, one)));
  expect(models.map(({ askedAtMs }) => askedAtMs)).toEqual([1, 1, 1, 9]);
});

test("a folder that cannot be written leaves the facts known to this process", async () => {
  writeFileSync(join(folder, "file"), "");
  const store = new ProfileStore(join(folder, "file", "profiles.json"));
  await store.update([HERE, "m"], () => ({ askedAtMs: 1 }));
  expect(await store.get(HERE, "m")).toEqual({ askedAtMs: 1 });
});

test("a model that was removed is gone after a restart, and the others are not", async () => {
  const store = new ProfileStore(join(folder, "new", "profiles.json"));
  await store.update([HERE, "m"], () => ({ askedAtMs: 1 }));
  await store.update([HERE, "other"], () => ({ askedAtMs: 2 }));
  expect(await store.namesAt(HERE)).toEqual(["m", "other"]);
  expect(await store.namesAt("http://127.0.0.1:2")).toEqual([]);
  await store.remove(HERE, "m");
  expect(await store.get(HERE, "m")).toEqual({});
  const again = new ProfileStore(join(folder, "new", "profiles.json"));
  expect(await again.namesAt(HERE)).toEqual(["other"]);
});
