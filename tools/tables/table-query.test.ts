import { expect, test } from "bun:test";
import fc from "fast-check";
import { pythonRunTool } from "../python-run.ts";
import { readTable } from "./read-table.ts";
import { aboutTable, sqlTables } from "./sql-table.ts";
import { tableQuery } from "./table-query.ts";

const SHEEP = [
  "name,breed,kg,shorn day,order",
  "Dolly,Cheviot,61,2026-05-02,1",
  "Mabel,Romney,70.1,,2",
  "Pip,Cheviot,44.2,2026-05-04,3",
  "O'Hara,Romney,70.1,2026-06-11,4",
].join("\n");

function sheep() {
  const table = readTable("sheep.csv", SHEEP);
  if (table === undefined) throw new Error("it is a table");
  return sqlTables([table]);
}

async function ask(sql: string, line = "") {
  const tool = tableQuery(sheep(), { line, python: pythonRunTool() });
  const context = { signal: new AbortController().signal, persona: "agent" };
  const { ok, output } = await tool.run({ sql }, context);
  return ok ? output : `FAILED ${output}`;
}

test("a table is told by its columns and what they hold, not by a record", () => {
  const [table] = sheep();
  expect(table && aboutTable(table, "How heavy are the Romneys?")).toBe(
    [
      'CREATE TABLE sheep (name TEXT, breed TEXT, kg NUMERIC, shorn_day TEXT, "order" NUMERIC); -- sheep.csv, 4 records',
      "-- name such as 'Dolly'; breed: 'Cheviot', 'Romney'; kg: 44.2 to 70.1; shorn_day: '2026-05-02' to '2026-06-11'; order: 1 to 4",
      "-- the line names breed = 'Romney' (2 of 4 records)",
    ].join("\n"),
  );
});

test.each([
  ["SELECT COUNT(*) FROM sheep", "COUNT(*): 4"],
  [
    "SELECT shorn_day FROM sheep WHERE kg > 60 AND kg < 62",
    "shorn_day: 2026-05-02, name: Dolly, breed: Cheviot, kg: 61, order: 1",
  ],
  ["select sum(kg) from SHEEP where breed = 'romney'", "sum(kg): 140.2"],
  [
    "SELECT name, kg FROM sheep ORDER BY kg LIMIT 2;",
    "1. name: Pip, kg: 44.2\n2. name: Dolly, kg: 61",
  ],
  ["SELECT COUNT(*), name FROM sheep WHERE shorn_day = ''", "COUNT(*): 1, name: Mabel"],
  ["SELECT julianday(MAX(shorn_day)) - julianday('2026-05-02') AS d FROM sheep", "d: 40"],
  ["SELECT COUNT(*) FROM sheep WHERE kg > 100", "COUNT(*): 0"],
  [
    "SELECT kg FROM sheep WHERE breed = 'Cheviot'",
    "kg: 61\nkg: 44.2\n2 records, kg together: 105.2",
  ],
  [
    "SELECT shorn_day FROM sheep WHERE shorn_day LIKE '2026-05%'",
    "shorn_day: 2026-05-02\nshorn_day: 2026-05-04\n2 records, from 2026-05-02 to 2026-05-04: 2 days",
  ],
])("%s", async (sql, answer) => {
  expect(await ask(sql)).toBe(answer);
});

test.each([
  [
    "SELECT MAX(weight) FROM sheep",
    "no such column: weight. Tables: sheep (name, breed, kg, shorn_day, order)",
  ],
  [
    "SELECT COUNT(*) FROM sheep WHERE breed = 'Merino'",
    "No record is found; no cell has 'Merino'; breed is one of 'Cheviot', 'Romney'",
  ],
  ["SELECT name FROM sheep WHERE kg > 100", "No record is found"],
  ["SELECT SUM(kg) FROM sheep WHERE kg > 100", "No record is found"],
  ["DELETE FROM sheep", "Write one SELECT."],
])("%s fails with a sentence", async (sql, why) => {
  expect(await ask(sql, "Which sheep is it?")).toBe(`FAILED ${why}`);
});

test("what the line does not ask for is asked without it", async () => {
  const all = await ask("SELECT name FROM sheep WHERE name = 'Pip'", "Which sheep are there?");
  expect(all.split("\n").slice(-2)).toEqual(["4 records", "(of SELECT name FROM sheep WHERE 1)"]);
  const romney = await ask("SELECT name FROM sheep WHERE kg = 44.2", "Who is a Romney?");
  expect(romney).toBe(
    "name: Mabel\nname: O'Hara\n2 records\n(of SELECT name FROM sheep WHERE (breed = 'Romney'))",
  );
});

test("all records are told beside those that the line names", async () => {
  expect(await ask("SELECT SUM(kg) FROM sheep", "What do the Romneys weigh together?")).toBe(
    "SUM(kg): 140.2\n(of SELECT SUM(kg) FROM sheep WHERE (breed = 'Romney'))\nOf all records: SUM(kg): 245.4",
  );
});

test("where a query finds nothing, what it may mean is asked, and nothing stays nothing", async () => {
  const count = "SELECT COUNT(*) FROM sheep WHERE breed = 'Romney'";
  expect(await ask(`${count} AND name LIKE '%do%'`)).toStartWith("COUNT(*): 2\n(of ");
  expect(await ask(`${count} AND kg > 90 AND name LIKE '%do%'`)).toStartWith("COUNT(*): 0");
  const names = "SELECT name FROM sheep WHERE name = 'Pip' AND name = 'Dolly'";
  expect(await ask(names, "Are Pip and Dolly there?")).toStartWith("name: Dolly\nname: Pip\n");
});

test("a query that finds nothing ran all the same", async () => {
  const tool = tableQuery(sheep(), { line: "", python: pythonRunTool() });
  const context = { signal: new AbortController().signal, persona: "agent" };
  const done = await tool.run({ sql: "SELECT MAX(weight) FROM sheep" }, context);
  expect(done).toMatchObject({ ok: false, exit: 1 });
});

test("of many records the first are shown, and how many there are", async () => {
  const sql = "SELECT a.name FROM sheep a, sheep b";
  const lines = (await ask(sql)).split("\n");
  expect(lines.slice(12)).toEqual(["and 4 more, 16 in all", "16 records"]);
});

test("whatever names a file gives its columns, each has one of its own that needs no quotation marks", () => {
  const name = fc.string({ maxLength: 12, unit: "binary" });
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), (columns) => {
      const row = Object.fromEntries(columns.map((column) => [column, "1"]));
      const [table] = sqlTables([{ path: "a.csv", columns, rows: [row] }]);
      const names = table?.columns.map((column) => column.name) ?? [];
      const folded = new Set(names.map((one) => one.toLowerCase()));
      expect(folded.size).toBe(columns.length);
      for (const one of names) expect(one).toMatch(/^[\p{L}_][\p{L}\p{N}_]*$/u);
    }),
  );
});
