import { expect, test } from "bun:test";
import { isAbout, namedConditions } from "./named-conditions.ts";
import { readTable } from "./read-table.ts";
import { sqlTables } from "./sql-table.ts";

function named(line: string, path: string, text: string): readonly string[] {
  const read = readTable(path, text);
  const [table] = sqlTables(read === undefined ? [] : [read]);
  if (table === undefined) throw new Error("it is a table");
  return namedConditions(line, table);
}

const SHIPS =
  "ship,harbour,late\nPlover,North Pier,3\nTern,Old Quay,0\nPlover,Old Quay,1\nAuk,,2\n";
const CALLS =
  "08:02 answered by Ruza\n08:09 missed\n08:31 call to laboratory\n09:14 missed again\n";

test("values that a line names are conditions, in whatever form it has them", () => {
  expect(named("How late were the plovers at the old quay?", "ships.csv", SHIPS)).toEqual([
    "ship = 'Plover' (2 of 4 records)",
    "harbour = 'Old Quay' (2 of 4 records)",
  ]);
});

test("words of a line that stand within texts are conditions, with the form of the text", () => {
  expect(
    named("How many calls did Ruza miss, according to calls.log?", "calls.log", CALLS),
  ).toEqual(["text LIKE '%ruza%' (1 of 4 records)", "text LIKE '%missed%' (2 of 4 records)"]);
});

test("names of columns and files, small words, digits and what most records have are none", () => {
  const line = "How many lines of text does calls.log have at 08, and which harbour has the ship?";
  expect(named(line, "calls.log", CALLS)).toEqual([]);
  expect(named(line, "ships.csv", SHIPS)).toEqual([]);
  const same = "a,b\nx,red\ny,red\nz,red\n";
  expect(named("Which is red?", "c.csv", same)).toEqual([]);
});

test("a long line costs no more than its first words", () => {
  const words = Array.from({ length: 50_000 }, (_, index) => `word${index}`).join(" ");
  expect(named(`${words} missed`, "calls.log", CALLS)).toEqual([]);
});

test("a line is about a table that has its words", () => {
  const read = readTable("ships.csv", SHIPS.replace("late", "minutes_late"));
  const [table] = sqlTables(read === undefined ? [] : [read]);
  const about = (line: string): boolean => table !== undefined && isAbout(line, table);
  expect(["Which ship is it?", "How many minutes?", "Where is the Tern?"].map(about)).toEqual([
    ...[true, true, true],
  ]);
  expect(about("How many letters does the word Donaudampfschifffahrt have?")).toBe(false);
});
