import { expect, test } from "bun:test";
import { readTable } from "./read-table.ts";
import { sqlTables } from "./sql-table.ts";
import { wholeRecord } from "./whole-record.ts";

const TABLES = sqlTables(
  [
    readTable("sheep.csv", "name,kg,shorn day\nDolly,61,2026-05-02\n"),
    readTable("door.log", "08:00 open\n09:00 shut\n"),
    readTable("wide.csv", "a,b,c,d,e,f,g,h,i\n1,2,3,4,5,6,7,8,9\n"),
  ].filter((table) => table !== undefined),
);

test.each([
  ["SELECT kg FROM sheep ORDER BY kg DESC LIMIT 1", "SELECT * FROM sheep ORDER BY kg DESC LIMIT 1"],
  [
    'select "kg", name from Sheep where kg > 3 order by kg limit 1;',
    "SELECT * FROM Sheep where kg > 3 order by kg limit 1;",
  ],
  [
    "SELECT time FROM door ORDER BY line DESC LIMIT 1",
    "SELECT time, text FROM door ORDER BY line DESC LIMIT 1",
  ],
])("%s shows what stands beside it", (given, meant) => {
  expect(wholeRecord(given, TABLES)).toBe(meant);
});

test.each([
  "SELECT text FROM door ORDER BY line DESC LIMIT 1",
  "SELECT a FROM wide ORDER BY a LIMIT 1",
  "SELECT kg FROM sheep ORDER BY kg LIMIT 2",
  "SELECT MAX(kg) FROM sheep ORDER BY kg LIMIT 1",
  "SELECT name FROM sheep GROUP BY name ORDER BY COUNT(*) LIMIT 1",
  "SELECT name FROM sheep WHERE kg = (SELECT MAX(kg) FROM sheep) ORDER BY kg LIMIT 1",
  "SELECT name FROM cows ORDER BY kg LIMIT 1",
  "SELECT DISTINCT name FROM sheep ORDER BY kg LIMIT 1",
])("%s stays", (sql) => {
  expect(wholeRecord(sql, TABLES)).toBe(sql);
});
