import { expect, test } from "bun:test";
import { readTable } from "./read-table.ts";
import { sqlTables } from "./sql-table.ts";
import { wholeRecord, withExistingColumns } from "./whole-record.ts";

const TABLES = sqlTables(
  [
    readTable("sheep.csv", "name,kg,shorn day\nDolly,61,2026-05-02\n"),
    readTable("door.log", "08:00 open\n09:00 shut\n"),
    readTable("wide.csv", "a,b,c,d,e,f,g,h,i\n1,2,3,4,5,6,7,8,9\n"),
  ].filter((table) => table !== undefined),
);

test.each([
  [
    "SELECT kg FROM sheep ORDER BY kg DESC LIMIT 1",
    'SELECT "kg", "name", "shorn_day" FROM sheep ORDER BY kg DESC LIMIT 1',
  ],
  [
    'select "KG", name from Sheep where kg > 3;',
    'SELECT "kg", "name", "shorn_day" FROM Sheep where kg > 3;',
  ],
  ["SELECT time FROM door WHERE line = 2", 'SELECT "time", "text" FROM door WHERE line = 2'],
])("%s has more in its record", (given, meant) => {
  expect(wholeRecord(given, TABLES)).toBe(meant);
  expect(withExistingColumns(given, TABLES)).toBe(given);
});

test.each([
  "SELECT text FROM door ORDER BY line DESC LIMIT 1",
  "SELECT a FROM wide ORDER BY a LIMIT 1",
  "SELECT * FROM sheep ORDER BY kg LIMIT 1",
  "SELECT MAX(kg) FROM sheep",
  "SELECT name FROM sheep GROUP BY name ORDER BY COUNT(*) LIMIT 1",
  "SELECT name FROM sheep WHERE kg = (SELECT MAX(kg) FROM sheep) ORDER BY kg LIMIT 1",
  "SELECT name FROM cows ORDER BY kg LIMIT 1",
  "SELECT DISTINCT name FROM sheep ORDER BY kg LIMIT 1",
])("%s has not", (sql) => {
  expect(wholeRecord(sql, TABLES)).toBeUndefined();
  expect(withExistingColumns(sql, TABLES)).toBe(sql);
});

test.each([
  // A real model asked a log for the name of the animal that refused its food.
  [
    "SELECT name FROM door WHERE text LIKE '%shut%' ORDER BY line DESC LIMIT 1",
    `SELECT "text" FROM door WHERE text LIKE '%shut%' ORDER BY line DESC LIMIT 1`,
  ],
  ["SELECT weight FROM sheep", 'SELECT "name", "kg", "shorn_day" FROM sheep'],
  ["SELECT a, z FROM wide LIMIT 1", "SELECT a FROM wide LIMIT 1"],
  ["SELECT z FROM wide", "SELECT * FROM wide"],
  ["SELECT text, z FROM door", "SELECT text FROM door"],
])("%s asks for what there is", (given, meant) => {
  expect(withExistingColumns(given, TABLES)).toBe(meant);
});
