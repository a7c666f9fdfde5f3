import { expect, test } from "bun:test";
import { readTable } from "./read-table.ts";
import { groupsInOrder, inTime, withRequestedOrder } from "./requested-order.ts";
import { sqlTables } from "./sql-table.ts";

test.each([
  ["Which exhibit is the oldest?", "year DESC", "year ASC"],
  ["Which exhibit is the oldest?", "year", "year"],
  ["Who is the oldest?", "age ASC", "age DESC"],
  ["Who is the youngest?", "born", "born DESC"],
  ["Which path had the slowest request?", "ms ASC", "ms DESC"],
  ["Which path was fastest?", "duration DESC", "duration ASC"],
  ["Welches ist das älteste Buch?", "jahr DESC", "jahr ASC"],
  ["Which of the two is the older film?", "year DESC", "year ASC"],
  ["Who has been there the longest?", "since DESC", "since ASC"],
  // Both ends, another measure, or no such word: as it was written.
  ["Who is older, the oldest or the youngest?", "age ASC", "age ASC"],
  ["Which oldest house has the most rooms?", "rooms DESC", "rooms DESC"],
  ["Which request took the most time?", "ms ASC", "ms ASC"],
])("%s: ORDER BY %s becomes %s", (line, given, meant) => {
  const query = (order: string) => `SELECT * FROM things ORDER BY ${order} LIMIT 1`;
  expect(withRequestedOrder(query(given), line)).toBe(query(meant));
});

// A real model took the fewest milliseconds of each group for its slowest one.
test.each([
  [
    "Which depot had the longest delay?",
    ["MIN(delay_minutes)", "ASC"],
    ["MAX(delay_minutes)", "DESC"],
  ],
  ["Which depot had the shortest delay?", ["max( minutes )", "DESC"], ["MIN( minutes )", "ASC"]],
  ["Which depot is the slowest?", ["AVG(minutes)", "ASC"], ["AVG(minutes)", "DESC"]],
  ["Which depot has the oldest van?", ["MAX(built)", "DESC"], ["MIN(built)", "ASC"]],
  ["Which depot has the longest route?", ["MIN(km)", "ASC"], ["MIN(km)", "ASC"]],
])("%s: the groups by %j are those by %j", (line, given, meant) => {
  const query = ([column, order]: readonly string[]) =>
    `SELECT depot, ${column} FROM vans GROUP BY depot ORDER BY ${column} ${order} LIMIT 1`;
  expect(withRequestedOrder(query(given), line)).toBe(query(meant));
});

test.each([
  // Both ends, and a value that others are compared with.
  ["How long is the longest?", "SELECT MAX(minutes) - MIN(minutes) FROM vans"],
  [
    "Which took longer than the best?",
    "SELECT * FROM vans WHERE minutes > (SELECT MIN(minutes) FROM vans)",
  ],
])("%s: %s is left alone", (line, sql) => {
  expect(withRequestedOrder(sql, line)).toBe(sql);
});

test("an order without a limit is left alone: both its ends are shown", () => {
  const query = "SELECT * FROM things ORDER BY year DESC";
  expect(withRequestedOrder(query, "Which is the oldest?")).toBe(query);
});

function log(text: string) {
  const table = readTable("door.log", text);
  if (table === undefined) throw new Error("it is a table");
  return sqlTables([table]);
}

const NIGHT = "22:10 open\n22:40 open\n23:30 shut\n01:15 open\n02:20 shut\n";
const DAYS = "Jun 22 08:47 open\nJun 22 15:41 shut\nJun 23 09:10 open\nJun 23 11:37 shut\n";
const MIXED = "10:00 red\n09:00 blue\n11:00 red\n08:00 green\n";

test.each([
  ["When was it last shut?", DAYS, "time DESC", "date DESC, time DESC"],
  ["When was it opened first?", DAYS, "time", "date, time"],
  ["When was it last shut?", NIGHT, "time DESC", "line DESC"],
  // What is the latest of a day is not the last of all, and times that go up and down tell no order of lines.
  ["What was the latest time?", DAYS, "time DESC", "time DESC"],
  ["Which is the last one?", MIXED, "time DESC", "time DESC"],
  ["Which line was last?", NIGHT, "line DESC", "line DESC"],
])("of %s the order of days and times is asked", (...asked) => {
  const [line, text, given, meant] = asked;
  const query = (order: string) => `SELECT time FROM door ORDER BY ${order} LIMIT 1`;
  const tables = log(text);
  expect(inTime(query(given), { line, tables })).toBe(query(meant));
});

test("groups come in the order of their number, the one that is asked for first", () => {
  // A real model took the second of these for the highest.
  const sql = "SELECT person, MAX(amount) FROM expenses GROUP BY person;";
  const asked = "SELECT person, MAX(amount) FROM expenses GROUP BY person ORDER BY MAX(amount)";
  expect(groupsInOrder(sql, "Who had the highest expense?")).toBe(`${asked} DESC`);
  expect(groupsInOrder(sql, "Who had the lowest expense?")).toBe(`${asked} ASC`);
  const trips = "SELECT person, MIN(minutes) FROM trips GROUP BY person";
  const sorted = `${trips} ORDER BY MIN(minutes)`;
  expect(groupsInOrder(trips, "Who had the fastest trip?")).toBe(`${sorted} ASC`);
  for (const kept of [
    `${asked} ASC`,
    "SELECT person FROM expenses GROUP BY person",
    "SELECT person, COUNT(*) FROM expenses GROUP BY person HAVING COUNT(*) > 2",
    "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM expenses GROUP BY person)",
  ])
    expect(groupsInOrder(kept, "Who had the highest expense?")).toBe(kept);
});
