import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "#core/errors.ts";
import { notice } from "#test/journal/conformance-bench.ts";
import { startChild } from "#test/journal/journal-child.ts";
import { openDatabase } from "./open-database.ts";
import { JOURNAL_FORMAT } from "./schema.ts";
import { openSqliteJournal } from "./sqlite-journal.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-journal-"));
  path = join(folder, "journal.sqlite");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const unowned = async () => undefined;

/** Journals of 200 entries: one that was closed, and one whose owner was killed and left its log. */
const templates = mkdtempSync(join(tmpdir(), "org-journal-"));
beforeAll(async () => {
  for (const end of ["closed", "killed"]) {
    mkdirSync(join(templates, end));
    await using child = startChild(join(templates, end, "journal.sqlite"));
    await child.next();
    child.order({ type: "append", key: "x".repeat(100_000) });
    for (let n = 1; n < 200; n += 1) child.order({ type: "append", key: `${n}` });
    for (let n = 0; n < 200; n += 1) await child.next();
    if (end === "closed") await child.end();
  }
});
afterAll(() => {
  rmSync(templates, { recursive: true });
});

function fillJournal(end: "closed" | "killed"): void {
  cpSync(join(templates, end), folder, { recursive: true });
}

/** Every byte of the journal's files; `-shm` is only an index that SQLite makes anew. */
function snapshot(): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => !name.endsWith("-shm"));
  const bytes = (name: string) => readFileSync(join(folder, name)).toString("base64");
  // An empty log says nothing; SQLite may leave one behind.
  return Object.fromEntries(
    names.filter((name) => statSync(join(folder, name)).size > 0).map((n) => [n, bytes(n)]),
  );
}

async function expectRefused(why: RegExp): Promise<void> {
  const before = snapshot();
  await expect(openSqliteJournal(path)).rejects.toMatchObject({
    code: "JOURNAL_CORRUPT",
    why: expect.stringMatching(why),
    unchanged: "Nothing was overwritten.",
  });
  expect(snapshot()).toEqual(before);
}

test("opens with the settings that durability and single ownership rest on", async () => {
  using database = await openDatabase(path, JOURNAL_FORMAT, unowned);
  const setting = (name: string) => Object.values(database.query(`pragma ${name}`).get() ?? {})[0];
  expect(setting("journal_mode")).toBe("wal");
  expect(setting("synchronous")).toBe(2);
  expect(setting("locking_mode")).toBe("exclusive");
  expect(setting("busy_timeout")).toBe(0);
});

test("an owner that was killed leaves everything that it had confirmed", async () => {
  fillJournal("killed");
  expect(readdirSync(folder)).toContain("journal.sqlite-wal");
  await using journal = await openSqliteJournal(path);
  expect(await journal.head("a")).toBe(200);
});

test("waits for another one that only looks", async () => {
  await openSqliteJournal(path).then((journal) => journal[Symbol.asyncDispose]());
  using looking = new Database(path, { readonly: true });
  looking.query("select count(*) from event").get();
  setTimeout(() => looking.close(true), 5);
  await using journal = await openSqliteJournal(path);
  expect(await journal.head("a")).toBe(0);
});

test.each([
  ["in the middle", (size: number) => Math.floor(size / 2)],
  ["within its first page", () => 3000],
  ["within its header", () => 50],
])("refuses a file that was cut off %s", async (_where, lengthOf) => {
  fillJournal("closed");
  truncateSync(path, lengthOf(statSync(path).size));
  await expectRefused(/malformed|truncated/);
});

test("refuses an empty file", async () => {
  writeFileSync(path, "");
  await expectRefused(/truncated: it has 0 bytes/);
});

test("refuses an empty file with a log beside it, which SQLite would throw away", async () => {
  fillJournal("killed");
  truncateSync(path, 0);
  await expectRefused(/truncated: it has 0 bytes/);
});

test("refuses a log without its file, which SQLite would replay into a new one", async () => {
  fillJournal("killed");
  rmSync(path);
  await expectRefused(/is gone, but its log/);
  expect(readdirSync(folder)).not.toContain("journal.sqlite");
});

test("refuses what is not a database", async () => {
  writeFileSync(path, "The quick brown fox. ".repeat(1000));
  await expectRefused(/not a database/);
});

test.each(["closed", "killed"] as const)(
  "refuses a file with damaged pages, after its owner was %s",
  async (end) => {
    fillJournal("closed");
    if (end === "killed") await appendAndKill();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096);
    writeFileSync(path, bytes);
    await expectRefused(/quick_check|malformed/);
  },
);

/** Leaves an entry that is in the log alone. */
async function appendAndKill(): Promise<void> {
  await using child = startChild(path);
  await child.next();
  child.order({ type: "append", key: "only in the log" });
  await child.next();
}

test("refuses the database of another program", async () => {
  {
    using other = new Database(path);
    other.run("create table event (id integer)");
  }
  await expectRefused(/not a journal of org/);
});

test("refuses the journal of another version, and says that a newer org is needed", async () => {
  {
    using database = await openDatabase(path, JOURNAL_FORMAT, unowned);
    database.run("pragma user_version = 7");
  }
  const before = snapshot();
  const refused = await openSqliteJournal(path).catch((error: unknown) => error);
  expect(snapshot()).toEqual(before);
  expect(
    explain(refused).replaceAll(folder, "/home/ada/org/.org/state/current"),
  ).toMatchInlineSnapshot(`
    "The journal "/home/ada/org/.org/state/current/journal.sqlite" was written by another version of org [JOURNAL_CORRUPT]
    It has schema version 7; this org reads version 1.
    → use the version of org that wrote it, or a later one
    Nothing was overwritten."
  `);
});

test("a damaged journal is explained with what to paste", async () => {
  writeFileSync(path, "The quick brown fox. ".repeat(1000));
  const refused = await openSqliteJournal(path).catch((error: unknown) => error);
  expect(
    explain(refused).replaceAll(folder, "/home/ada/org/.org/state/current"),
  ).toMatchInlineSnapshot(`
    "The journal "/home/ada/org/.org/state/current/journal.sqlite" cannot be read [JOURNAL_CORRUPT]
    file is not a database
    → mv /home/ada/org/.org/state/current /home/ada/org/.org/state/current.damaged   # keeps it; org then starts with an empty journal
    → after that, to go on from a backup: mkdir -m 700 /home/ada/org/.org/state/current && cp BACKUP /home/ada/org/.org/state/current/journal.sqlite
    Nothing was overwritten."
  `);
});

test("a folder that is missing is said", async () => {
  const failed = openSqliteJournal(join(folder, "no", "journal.sqlite"));
  await expect(failed).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
});

test("a backup is a whole journal of its own, and replaces an older one", async () => {
  const backup = join(folder, "backup.sqlite");
  writeFileSync(backup, "an older backup");
  {
    await using journal = await openSqliteJournal(path);
    await journal.append("a", { key: "1", event: notice("kept") });
    await journal.acquire("turn", "ada", 1000);
    await journal.backup(backup);
    await journal.append("a", { key: "2", event: notice("later") });
  }
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.includes(".new"))).toEqual([]);
  copyFileSync(backup, path);
  await using journal = await openSqliteJournal(path);
  const entries = await Array.fromAsync(journal.read("a", 1));
  expect(entries).toMatchObject([{ seq: 1, key: "1", event: notice("kept") }]);
  expect(await journal.acquire("turn", "bob", 1000)).toBeNull();
});

test("a backup that fails says why and leaves no half copy", async () => {
  await using journal = await openSqliteJournal(path);
  const failed = journal.backup(join(folder, "no", "backup.sqlite"));
  await expect(failed).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  await journal.append("a", { key: "1", event: notice("still works") });
});
