import { expect, test } from "bun:test";
import fc from "fast-check";
import { backoffMs } from "./backoff.ts";

test("the longest wait doubles with every attempt, up to five minutes", () => {
  const longest = [1, 2, 3, 9, 10, 100, 5000].map((attempt) => backoffMs(attempt, () => 1));
  expect(longest).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000, 300_000]);
});

test("any wait up to the longest is as likely as any other", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, part) => {
        const longest = backoffMs(attempt, () => 1);
        expect(backoffMs(attempt, () => part)).toBe(Math.round(longest * part));
      },
    ),
  );
});
