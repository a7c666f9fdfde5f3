import { expect, test } from "bun:test";
import fc from "fast-check";
import { retainedBackups } from "./retention.ts";

const DAY = 86_400_000;
const HOUR = DAY / 24;
/** A Wednesday, at 03:30. */
const NOW = Date.parse("2026-11-25T03:30:00Z");
const datesOf = (times: ReadonlySet<number>): string[] =>
  [...times].map((time) => new Date(time).toISOString().slice(5, 10)).sort();

test("after many weeks seven days and four weeks stay", () => {
  const times = Array.from({ length: 60 }, (_, day) => NOW - day * DAY);
  expect(datesOf(retainedBackups(times))).toEqual([
    ...["11-08", "11-15", "11-19", "11-20", "11-21", "11-22", "11-23", "11-24", "11-25"],
  ]);
});

test("all of the last day stay, and of an older day the newest", () => {
  const times = [0, 1, 2, 23, 30, 31].map((hours) => NOW - hours * HOUR);
  expect(retainedBackups(times)).toEqual(new Set(times.slice(0, 5)));
});

test("a home that slept keeps what it had", () => {
  const times = [NOW, NOW - 100 * DAY, NOW - 200 * DAY];
  expect(retainedBackups(times)).toEqual(new Set(times));
});

test("whatever the times are, the newest stays, and no more than there is a reason for", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 400 * DAY }), { minLength: 1 }), (times) => {
      const kept = retainedBackups(times);
      expect(kept.has(Math.max(...times))).toBe(true);
      const old = [...kept].filter((time) => Math.max(...times) - time >= DAY);
      expect(old.length).toBeLessThanOrEqual(7 + 4);
    }),
  );
});
