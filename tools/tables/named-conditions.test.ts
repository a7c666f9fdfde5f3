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

test("what is written with signs, and days in words, are conditions as the cells have them", () => {
  const log =
    "Jun 22 GET /search 1.2.0\nJun 22 GET /cart 1.2.0\nJun 23 GET /search 11.2.0\nJun 24 x\n";
  expect(named("How often was /search asked on 22 June?", "web.log", log)).toEqual([
    "text LIKE '%/search%' (2 of 4 records)",
    "date = '06-22' (2 of 4 records)",
  ]);
  expect(named("Who had 1.2.0?", "web.log", log)).toEqual(["text LIKE '%1.2.0%' (2 of 4 records)"]);
  const table = "path,day\n/search,2026-06-22\n/cart,2026-06-23\n/search,2026-07-01\n/x,\n";
  expect(named("What of /search on 22 June 2026?", "web.csv", table)).toEqual([
    "day = '2026-06-22' (1 of 4 records)",
    "path = '/search' (2 of 4 records)",
  ]);
});

test("a word of a file's name is not looked for in it", () => {
  const text = "# Changelog\n## 1.0\n- The changelog is new.\n- Dark mode.\n";
  expect(named("What is new in CHANGELOG.md?", "CHANGELOG.md", text)).toEqual([
    "text LIKE '%new%' (1 of 4 records)",
  ]);
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

const NOTES =
  "# Boat\n## To buy\n- rope\n- paint to buy in red\n## The crew\n- Ada\n- Bo\nAll are in town.\n";

test("a heading that a line names is the section below it, and no word of a line", () => {
  expect(named("How many things to buy does boat.md list?", "boat.md", NOTES)).toEqual([
    "section = 'To buy' (2 of 8 records)",
  ]);
  expect(named("Who are our crew?", "boat.md", NOTES)).toEqual([
    "section = 'The crew' (3 of 8 records)",
  ]);
  expect(named("Where is red paint to buy?", "boat.md", NOTES)).toEqual([
    "text LIKE '%red%' (1 of 8 records)",
    "text LIKE '%paint%' (1 of 8 records)",
    "section = 'To buy' (2 of 8 records)",
  ]);
  const log = "# Log\n## 2.1.0 of May\n- rope\n- sail\n## 2.0.0 of April\n- oars\n";
  expect(named("When did 2.1.0 come?", "log.md", log)).toEqual([
    "text LIKE '%2.1.0%' (1 of 6 records)",
  ]);
});

const TOURS =
  '[{"name":"Fjord","guide":true,"paid":false,"towel":"yes"},{"name":"Reef","guide":true,"paid":true,"towel":"no"},{"name":"Cave","guide":false,"paid":true,"towel":"no"}]';

test("what is so or not is a condition where the line names it", () => {
  const of = (line: string) => named(line, "tours.json", TOURS);
  expect(of("Which tours are paid so far?")).toEqual(["paid = 1 (2 of 3 records)"]);
  expect(of("Which tours are not yet paid?")).toEqual(["paid = 0 (1 of 3 records)"]);
  expect(of("Which are unpaid?")).toEqual(["paid = 0 (1 of 3 records)"]);
  expect(of("Which tours with a guide need a towel?")).toEqual([
    "towel = 'yes' (1 of 3 records)",
    "guide = 1 (2 of 3 records)",
  ]);
  expect(of("Welche Tour ist ohne Guide?")).toEqual(["guide = 0 (1 of 3 records)"]);
  expect(of("Which tours are there?")).toEqual([]);
});
