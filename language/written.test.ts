import { expect, test } from "bun:test";
import { daysIn, isWritten, tokensOf, whole } from "./written.ts";

test("what is not a word is told apart from words", () => {
  const line = "What did (/search) of 2.13.0 cost at B1, and in 2026 for 12 of a@b.c?";
  expect(tokensOf(line).filter(isWritten)).toEqual(["/search", "2.13.0", "B1", "2026", "a@b.c"]);
  expect(whole("2.1").test("version 12.1")).toBe(false);
  expect(whole("2.1").test("version 2.1: new")).toBe(true);
});

test.each([
  ["Jun 22 08:47 job 311", ["06-22"]],
  ["on 22 June 2026", ["2026-06-22"]],
  ["on the 2nd of May", ["05-02"]],
  ["March 1, 2026 and April 3", ["2026-03-01", "04-03"]],
  ["[22/Jun/2026:10:00:01]", ["2026-06-22"]],
  // A time is not a day, and neither is a verb or a day that no month has.
  ["Jun 2026", []],
  ["it may 22:10", []],
  ["June 45", []],
  ["2026-06-22", []],
])("the days of %s are %j", (text, days) => {
  expect(daysIn(text)).toEqual(days);
});
