/** What is left of words that were taken out of a journal file. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { notice } from "#test/journal/conformance-bench.ts";
import { filesWith } from "#test/killed-child.ts";
import { openSqliteJournal } from "./sqlite-journal.ts";

const WORD = "Zorbulon";
const erasure = { from: (text: string) => text.replaceAll(WORD, "[x]") };

/** A journal of many pages, of which one line in three hundred holds the word. */
async function said(path: string): Promise<void> {
  await using journal = await openSqliteJournal(path);
  const line = (n: number) => `${n % 300 === 7 ? WORD : "pebble"} ${"stone ".repeat(40)}${n}`;
  await Promise.all(
    Array.from({ length: 900 }, (_one, n) =>
      journal.append("r", { key: `${n}`, event: notice(line(n)) }),
    ),
  );
}

test("stands in no file of it, while it is open and once it is closed", async () => {
  await using folder = await temporaryFolder("eraser");
  const path = join(folder.path, "journal.sqlite");
  await said(path);
  {
    await using journal = await openSqliteJournal(path);
    expect(await journal.erase(erasure)).toBe(3);
    expect(filesWith(folder.path, WORD)).toEqual([]);
    await journal.append("r", { key: "more", event: notice("goes on") });
  }
  expect(filesWith(folder.path, WORD)).toEqual([]);
  await using journal = await openSqliteJournal(path);
  expect(await journal.head("r")).toBe(901);
});

test("goes with the next start where a process was killed before it had rebuilt the file", async () => {
  await using folder = await temporaryFolder("eraser");
  const path = join(folder.path, "journal.sqlite");
  await said(path);
  {
    using database = new Database(path);
    database.run("pragma secure_delete = off");
    database.run("create table unswept (one integer primary key) strict");
    database.run("update event set body = '{}' where body like '%Zorbulon%'");
  }
  // It stands in pages that nothing uses.
  expect(filesWith(folder.path, WORD)).not.toEqual([]);
  {
    await using journal = await openSqliteJournal(path);
    expect(filesWith(folder.path, WORD)).toEqual([]);
    expect(await journal.head("r")).toBe(900);
  }
  using database = new Database(path);
  expect(database.query("select 1 from sqlite_schema where name = 'unswept'").get()).toBeNull();
});

test("a backup that reads the file meanwhile begins anew", async () => {
  await using folder = await temporaryFolder("eraser");
  const path = join(folder.path, "journal.sqlite");
  await said(path);
  await using journal = await openSqliteJournal(path);
  const frozen = journal.freeze();
  await journal.erase({ from: (text) => text });
  expect(frozen.isWhole()).toBe(true);
  await journal.erase(erasure);
  expect(frozen.isWhole()).toBe(false);
  frozen[Symbol.dispose]();
});
