import { afterEach, beforeEach, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type MadeBackup, makeBackup } from "#ops/backup/make-backup.ts";
import { restoreBackup } from "#ops/backup/restore.ts";
import { type BackupHome, backupHome, UNOWNED } from "#test/backup-home.ts";
import { runBackupCommand } from "./backup-command.ts";
import { parseCommandLine } from "./command-line.ts";

let home: BackupHome;
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

async function run(words: string, more: Partial<MadeBackup> = {}) {
  const [written, said]: [string[], string[]] = [[], []];
  const result = await runBackupCommand(parseCommandLine(["backup", ...words.split(" ")]), {
    folder: home.paths.backups,
    make: async () => ({ ...(await makeBackup({ home: home.path, ...UNOWNED })), ...more }),
    restore: (wish) => restoreBackup({ home: home.path, ...wish, backUpFirst: async () => "B" }),
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

test("what making one deletes is said", async () => {
  const { said } = await run("now", { deleted: ["2026-01-01T000000Z", "2026-01-02T000000Z"] });
  expect(said).toBe("Deleted: 2026-01-01T000000Z, 2026-01-02T000000Z\n");
});

test.each([
  ["restore", "Which backup?"],
  ["list x", 'Unexpected argument "x"'],
])("org backup %s: %s", async (words, message) => {
  expect((await run(words)).result).toMatchObject({ code: "USAGE", message });
});
