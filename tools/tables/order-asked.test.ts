import { expect, test } from "bun:test";
import { orderAsked } from "./order-asked.ts";

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
  expect(orderAsked(query(given), line)).toBe(query(meant));
});

test("an order without a limit is left alone: both its ends are shown", () => {
  const query = "SELECT * FROM things ORDER BY year DESC";
  expect(orderAsked(query, "Which is the oldest?")).toBe(query);
});
