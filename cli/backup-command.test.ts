import { afterEach, beforeEach, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type MadeBackup, makeBackup } from "#ops/backup/make-backup.ts";
import { type Restored, restoreBackup } from "#ops/backup/restore.ts";
import { type BackupHome, backupHome, UNOWNED } from "#test/backup-home.ts";
import { runBackupCommand } from "./backup-command.ts";
import { parseCommandLine } from "./command-line.ts";

let home: BackupHome;
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

async function run(words: string, made?: MadeBackup, instead?: () => Promise<Restored>) {
  const [written, said]: [string[], string[]] = [[], []];
  const result = await runBackupCommand(parseCommandLine(["backup", ...words.split(" ")]), {
    folder: home.paths.backups,
    make: async () => made ?? (await makeBackup({ home: home.path, ...UNOWNED })),
    restore: (wish) =>
      instead?.() ?? restoreBackup({ home: home.path, ...wish, backUpFirst: async () => "B" }),
    output: { write: (text) => void written.push(text), say: (text) => void said.push(text) },
  }).catch((error: unknown) => error);
  return { result, text: written.join(""), said: said.join("") };
}

test("makes one, lists, verifies and restores it", async () => {
  expect(await run("list")).toEqual({ result: 0, text: "", said: "There is no backup yet.\n" });
  expect(await run("verify")).toEqual({ result: 0, text: "", said: "There is no backup yet.\n" });
  const made = await run("now");
  expect(made.result).toBe(0);
  expect(made.text).toMatch(/^\S+Z {2}verified {2}0\.\d MB {2}4 databases, 2 repositories\n$/);
  expect(made.said).toBe("");
  expect(await run("list")).toEqual({ result: 0, text: made.text, said: "" });
  const [name = ""] = made.text.split(" ");
  const verified = await run(`verify ${name}`);
  expect(verified).toEqual({
    ...{ result: 0, text: made.text.replace("verified", "whole   "), said: "" },
  });
  expect((await run("list --json")).text).toContain(`{"name":"${name}",`);
  const restored = await run(`restore ${name}`);
  expect(restored.result).toBe(0);
  expect(restored.text).toBe(`The home is as in ${name}.\n`);
  expect(restored.said).toContain(
    "Before that it was backed up as B.\nThe files from before are in ",
  );
  const json = await run(`restore ${name} --json`);
  expect(json).toMatchObject({ result: 0, said: "" });
  expect(JSON.parse(json.text)).toMatchObject({ backup: name });
});

test("a restore says what it kept, what it revoked and what may be back", async () => {
  const base: Restored = {
    ...{ backup: "A", before: undefined, aside: "/old", databases: ["jobs", "memory"] },
    ...{ rights: "kept", jobs: 0, isForgotten: true },
  };
  const told = async (about: Partial<Restored>, words = "restore A") => {
    const restore = async () => ({ ...base, ...about });
    return await run(words, undefined, restore);
  };
  const kept =
    "The files from before are in /old.\nTokens, leases and switched-off tools are as they were before the restore.\n";
  expect(await told({})).toEqual({ result: 0, text: "The home is as in A.\n", said: kept });
  const revoked =
    "The files from before are in /old.\nAll tokens and leases of the backup are revoked, because today's could not be read: org token create.\n";
  const waits =
    "for you, because it is not known what they did since the backup: org jobs list --state dead\n";
  const back =
    "Notes that you forgot since the backup may be back, because today's memory could not be read: org memory list\n";
  const lost = { rights: "revoked", isForgotten: false } as const;
  expect((await told({ ...lost, jobs: 1 })).said).toBe(`${revoked}1 job waits ${waits}${back}`);
  expect((await told({ ...lost, jobs: 2 })).said).toBe(`${revoked}2 jobs wait ${waits}${back}`);
  const json = await told({ jobs: 2 }, "restore A --json");
  expect([JSON.parse(json.text), json.said]).toEqual([{ ...base, before: null, jobs: 2 }, ""]);
  await run("now");
  const damaged = await told({}, "restore --damaged");
  expect(damaged.text).toBe("jobs, memory: restored as in A.\n");
});

test("as JSON a backup is one object", async () => {
  const made = JSON.parse((await run("now --json")).text);
  expect(made).toEqual({
    ...{ name: expect.stringMatching(/Z$/), at: expect.any(Number), state: "verified" },
    ...{ bytes: expect.any(Number), databases: expect.any(Array), repositories: expect.any(Array) },
  });
  expect(made.bytes).toBeGreaterThan(0);
  expect([made.databases.length, made.repositories.length]).toEqual([4, 2]);
  // The name has no parts of a second.
  const at = Math.floor(made.at / 1000) * 1000;
  expect(JSON.parse((await run("verify --json")).text)).toEqual({ ...made, at, state: "whole" });
});

test("one that is damaged is the error, when all were looked at", async () => {
  const [name = ""] = (await run("now")).text.split(" ");
  rmSync(join(home.paths.backups, name, "files/org.config"));
  const { result, text } = await run("verify");
  expect(result).toMatchObject({ code: "BACKUP_DAMAGED" });
  expect(text).toContain("damaged   0.0 MB  0 databases, 0 repositories\n");
});

test("of several that are damaged the first is the error, and the others are said", async () => {
  const names = ["2026-01-01T000000Z", "2026-01-02T000000Z", "2026-01-03T000000Z"];
  const [name = ""] = (await run("now")).text.split(" ");
  const folder = (one: string) => join(home.paths.backups, one);
  for (const one of names) cpSync(folder(name), folder(one), { recursive: true });
  for (const one of names.slice(0, 2)) rmSync(join(folder(one), "files/org.config"));
  const { result, said } = await run("verify");
  expect(result).toMatchObject({ code: "BACKUP_DAMAGED" });
  expect(said.match(/BACKUP_DAMAGED/g)).toHaveLength(1);
});

test("what making one leaves out and deletes is said", async () => {
  const { manifest, ...made } = await makeBackup({ home: home.path, ...UNOWNED });
  const deleted = ["2026-01-01T000000Z", "2026-01-02T000000Z"];
  const { said } = await run("now", {
    ...{ ...made, deleted, manifest: { ...manifest, left_out: ["a", "b"] } },
  });
  expect(said).toBe("Left out: a\nLeft out: b\nDeleted: 2026-01-01T000000Z, 2026-01-02T000000Z\n");
});

test.each([
  ["restore", "Which backup?"],
  ["restore --damaged", "There is no intact backup"],
  ["now x", 'Unexpected argument "x"'],
  ["list x", 'Unexpected argument "x"'],
])("org backup %s: %s", async (words, message) => {
  expect((await run(words)).result).toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was changed." },
    remedies: ["org backup list", "org help backup"],
  });
});
