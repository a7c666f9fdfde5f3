import { expect, test } from "bun:test";
import { unusualCases } from "./unusual-cases.ts";

const slug = (title: string, given: string) => ({ input: { title }, output: { slug: given } });

test("signs and marks come before an ordinary text, each result once", () => {
  const cases = [
    slug("War and Peace", "war-and-peace"),
    slug("Ab, c!", "ab,-c!"),
    slug("AB, C!", "ab,-c!"),
    slug("", ""),
  ];
  expect(unusualCases(cases, 3)).toEqual([
    '{"title":"Ab, c!"} → {"slug":"ab,-c!"}',
    '{"title":""} → {"slug":""}',
  ]);
});

test("what a tool refuses comes first, and lists and numbers are looked into", () => {
  const cases = [
    { input: { numbers: [1, 2] }, output: 1.5 },
    { input: { numbers: [-1, 2] }, output: 0.5 },
    { input: { numbers: [] }, error: "EMPTY" },
  ];
  expect(unusualCases(cases, 1)).toEqual(['{"numbers":[]} → EMPTY']);
  expect(unusualCases(cases, 9)).toEqual(['{"numbers":[]} → EMPTY', '{"numbers":[-1,2]} → 0.5']);
});

test("a long case is not shown", () => {
  expect(unusualCases([slug("!".repeat(200), "x")], 3)).toEqual([]);
});
