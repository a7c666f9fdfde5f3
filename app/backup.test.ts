import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { listBackups, verifyBackup } from "#ops/backup/list-backups.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { type BackupHome, backupHome, contentOf, say } from "#test/backup-home.ts";
import { backUp, finishInterruptedRestore, restore } from "./backup.ts";

let home: BackupHome;
const { signal } = new AbortController();
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

const none = () => Promise.reject(new Error("No room is opened here"));

test("a home that a process owns is read without waiting for it, and is not restored", async () => {
  await using _home = await ownHome({
    ...{ paths: home.paths, command: "org test", openRoom: none, signal },
  });
  const { name, manifest } = await backUp(home.path, signal);
  expect(manifest.databases.find((one) => one.name === "journal")?.rows["event"]).toBe(20);
  await expect(restore(home.path, { name }, () => undefined)).rejects.toMatchObject({
    ...{ code: "HOME_BUSY", left: "Nothing was changed." },
  });
});

test("a home that no process owns is kept for the backup alone", async () => {
  const { name } = await backUp(home.path, signal);
  const before = await contentOf(home.path);
  await say(home.paths, 3);
  const restored = await restore(home.path, { name }, () => undefined);
  expect(await contentOf(home.path)).toEqual(before);
  expect(restored.before).toBeDefined();
  expect(existsSync(home.paths.ownerRecord)).toBe(false);
});

test("a home whose journal is damaged is restored, and the user is told that it was not backed up", async () => {
  const { name } = await backUp(home.path, signal);
  const before = await contentOf(home.path);
  writeFileSync(home.paths.journal, "x".repeat(20_000));
  const said: unknown[] = [];
  const restored = await restore(home.path, { name }, (error) => void said.push(error));
  expect(said).toMatchObject([{ code: "JOURNAL_CORRUPT" }]);
  expect(restored.before).toBeUndefined();
  expect(existsSync(join(restored.aside, ".org/state/current/journal.sqlite"))).toBe(true);
  expect(await contentOf(home.path)).toEqual(before);
});

test("a home without its databases is restored from a copy of the folder of backups", async () => {
  const { name } = await backUp(home.path, signal);
  await using other = await backupHome();
  renameSync(home.paths.backups, join(other.path, ".org/backups-copy"));
  renameSync(other.paths.backups, join(other.path, ".org/backups-old"));
  renameSync(join(other.path, ".org/backups-copy"), other.paths.backups);
  const all = await listBackups(other.paths.backups);
  expect(all.map((one) => one.name)).toEqual([name]);
  const [backup] = all;
  if (backup !== undefined) await verifyBackup(backup, all);
});

test("nothing is under way: nothing is finished", async () => {
  expect(await finishInterruptedRestore(home.path)).toBe("");
  await using _journal = await openSqliteJournal(home.paths.journal);
  await expect(backUp(home.path, signal)).rejects.toMatchObject({ code: "HOME_BUSY" });
});

test("a home that is being restored is opened by no process", async () => {
  writeFileSync(home.paths.restorePlan, "{}");
  const command = "org serve";
  const openRoom = () => Promise.reject(new Error("no rooms"));
  const opening = ownHome({ paths: home.paths, command, openRoom, signal });
  await expect(opening).rejects.toMatchObject({ code: "HOME_BUSY" });
  expect(existsSync(home.paths.ownerRecord)).toBe(false);
});
