import { expect, test } from "bun:test";
import { length, overlaps } from "./range.ts";

const r = (start: number, end: number) => ({ start, end });

test("length", () => {
  expect([length(r(2, 5)), length(r(3, 3)), length(r(5, 2))]).toEqual([3, 0, 0]);
});

test("overlaps", () => {
  expect(overlaps(r(1, 3), r(3, 5))).toBe(false);
  expect(overlaps(r(3, 5), r(1, 3))).toBe(false);
  expect(overlaps(r(1, 9), r(3, 5))).toBe(true);
  expect(overlaps(r(3, 5), r(1, 9))).toBe(true);
  expect(overlaps(r(1, 3), r(1, 3))).toBe(true);
  expect(overlaps(r(1, 3), r(7, 9))).toBe(false);
  expect(overlaps(r(1, 9), r(4, 4))).toBe(false);
});
