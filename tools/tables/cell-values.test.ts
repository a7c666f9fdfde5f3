import { expect, test } from "bun:test";
import { queryAttempts, withCellValues } from "./cell-values.ts";
import { readTable } from "./read-table.ts";
import { sqlTables } from "./sql-table.ts";

function tables(path: string, text: string) {
  const table = readTable(path, text);
  if (table === undefined) throw new Error("it is a table");
  return sqlTables([table]);
}

const BEDS = tables(
  "plan/beds.csv",
  "bed,plant,planted\nB1,carrot,2026-03-04\nB2,bean,2026-04-11\nB3,bean,2026-05-02\nB4,carrot,2026-05-09\n",
);
const PRINTER = tables(
  "printer.log",
  "09:00 jam in tray 2\n10:00 paper added\n11:37 jam in tray 1\n",
);

test.each([
  ["SELECT * FROM beds.csv", 'SELECT * FROM "beds"'],
  ["SELECT * FROM 'plan/beds.csv' b", 'SELECT * FROM "beds" b'],
  ["SELECT 1 FROM beds WHERE plant = 'Carrots'", "SELECT 1 FROM beds WHERE plant = 'carrot'"],
  [
    "SELECT julianday(planted) - julianday(planted) FROM beds",
    "SELECT julianday(MAX(planted)) - julianday(MIN(planted)) FROM beds",
  ],
  // Texts of days less each other are the years less each other, which a real model read as no days at all.
  [
    "SELECT MAX(planted) - MIN(planted) AS days FROM beds",
    "SELECT julianday(MAX(planted)) - julianday(MIN(planted)) AS days FROM beds",
  ],
  [
    "SELECT planted - '2026-03-01' FROM beds",
    "SELECT julianday(planted) - julianday('2026-03-01') FROM beds",
  ],
  [
    "SELECT planted - planted FROM beds",
    "SELECT julianday(MAX(planted)) - julianday(MIN(planted)) FROM beds",
  ],
  ["SELECT MAX(bed) - MIN(bed) FROM beds", "SELECT MAX(bed) - MIN(bed) FROM beds"],
  [
    "SELECT 1 FROM beds WHERE plant = 'a - planted'",
    "SELECT 1 FROM beds WHERE plant = 'a - planted'",
  ],
  // What a cell has, in whatever letters, stays.
  ["SELECT 1 FROM beds WHERE plant = 'CARROT'", "SELECT 1 FROM beds WHERE plant = 'CARROT'"],
  ["SELECT 1 FROM beds WHERE plant = 'leek'", "SELECT 1 FROM beds WHERE plant = 'leek'"],
])("%s", (given, meant) => {
  expect(withCellValues(given, BEDS)).toBe(meant);
});

test.each([
  ["%paper jam%", "%jam%"],
  ["%tray jams%", "%jam%"],
  ["%jam%", "%jam%"],
  ["%jammed in tray%", "%jam%tray%"],
  ["%fire%", "%fire%"],
  ["jam_in%2", "%jam_in%2%"],
  ["jam in%", "%jam in%"],
  ["%jam_in%2", "%jam_in%2"],
])("a text like %s is searched for as %s", (given, meant) => {
  const query = (pattern: string) => `SELECT time FROM printer WHERE text LIKE '${pattern}'`;
  expect(withCellValues(query(given), PRINTER)).toBe(query(meant));
});

test("a condition on what the line does not name gives way to what it names, and to none", () => {
  const asked = { line: "Which beans were planted last, after 2 May?", tables: BEDS };
  const instead = (where: string, line = asked.line, brought = "") =>
    queryAttempts(`SELECT 1 FROM beds WHERE ${where}`, { ...asked, line, brought }).map(
      ({ query }) => query.replace("SELECT 1 FROM beds WHERE ", ""),
    );
  expect(instead("bed = 'B4'")).toEqual([
    "(planted = '2026-05-02') AND (plant = 'bean')",
    "planted = '2026-05-02'",
    "1",
  ]);
  // What the query has already is not added.
  expect(instead("plant = 'bean' AND beds.bed = 'B4'", "Which beans were last?")).toEqual([
    "plant = 'bean' AND 1",
  ]);
  expect(instead("b.bed = 'B4' OR bed = 'B3' LIMIT 1", "Which was last?")).toEqual([
    "1 OR 1 LIMIT 1",
  ]);
  // Kinds have other names than the user's, and so has what an earlier query brought.
  for (const kept of [
    "plant = 'carrot'",
    "planted = '2026-05-02'",
    "planted > '2026-01-01'",
    "bed = ''",
  ])
    expect(instead(kept)).toEqual([kept]);
  expect(instead("bed = 'B4'", asked.line, "bed: B4")).toEqual(["bed = 'B4'"]);
});

test("a query without a condition gets what the line names, and is told as it was written as well", () => {
  const instead = (sql: string, line: string) =>
    queryAttempts(sql, { line, tables: BEDS }).map(({ query, beside }) => [query, beside]);
  const count = "SELECT COUNT(*) FROM beds";
  // A real model summed up all feedings of a log where it was asked for those of the seals.
  expect(instead(count, "How many beds of carrots are there?")).toEqual([
    [`${count} WHERE (plant = 'carrot')`, count],
    [`${count} WHERE plant = 'carrot'`, count],
    [count, undefined],
  ]);
  const last = "SELECT bed FROM beds ORDER BY planted DESC LIMIT 1";
  expect(instead(last, "Which bean was planted last?")[0]?.[0]).toBe(
    "SELECT bed FROM beds WHERE (plant = 'bean') ORDER BY planted DESC LIMIT 1",
  );
  const kept = [
    [count, "How many beds are there?"],
    ["SELECT plant, COUNT(*) FROM beds GROUP BY plant", "Are there more beans?"],
    ["SELECT COUNT(*) FROM beds WHERE bed > 'B2'", "How many beans are there?"],
    ["SELECT COUNT(DISTINCT plant) FROM beds b", "How many beans are there?"],
    ["SELECT 1 FROM (SELECT * FROM beds)", "How many beans are there?"],
  ] as const;
  for (const [sql, line] of kept) expect(instead(sql, line)).toEqual([[sql, undefined]]);
});

test("where no record has two values of a column, those with either are asked for", () => {
  const sql =
    "SELECT time FROM printer WHERE text LIKE '%added%' AND text LIKE '%tray 2%' ORDER BY line";
  expect(queryAttempts(sql, { line: "", tables: PRINTER }).map(({ query }) => query)).toEqual([
    sql,
    "SELECT time FROM printer WHERE (text LIKE '%added%' OR text LIKE '%tray 2%') ORDER BY line",
  ]);
});

test("a small word of the line is not a condition where nothing has it", () => {
  const sql = "SELECT COUNT(*) FROM printer WHERE time > '09' AND text LIKE '%do%'";
  const before = "SELECT COUNT(*) FROM printer WHERE text LIKE '%do%' AND time > '09'";
  const queries = (asked: string) =>
    queryAttempts(asked, { line: "How many to-dos?", tables: PRINTER }).map(({ query }) =>
      query.replace(/\s+/g, " ").trim(),
    );
  const meant = "SELECT COUNT(*) FROM printer WHERE time > '09'";
  expect(queries(sql)).toEqual([sql, meant]);
  expect(queries(before)).toEqual([before, meant]);
  const jam = sql.replace("%do%", "%jam%");
  expect(queries(jam)).toEqual([jam]);
});
