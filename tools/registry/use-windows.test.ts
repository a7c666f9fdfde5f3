import { expect, test } from "bun:test";
import type { Use } from "./trust.ts";
import { useWindows } from "./use-windows.ts";

const uses = (count: number, broken: (at: number) => boolean = () => false): Use[] =>
  Array.from({ length: count }, (_, at) => ({ at, ok: !broken(at) }));

test("calls are counted by the hundred in the order of their times, and the newest window may be short", () => {
  const found = useWindows(uses(230, (at) => at >= 100 && at < 110).toReversed(), 10);
  expect(found).toEqual([
    { from: 0, to: 99, calls: 100, good: 100 },
    { from: 100, to: 199, calls: 100, good: 90 },
    { from: 200, to: 229, calls: 30, good: 30 },
  ]);
});

test("a failure that the contract names is an answer, and old windows are left out", () => {
  const failed: Use[] = uses(150).map((use) => ({ ...use, ok: false, outcome: "failure" }));
  expect(useWindows(failed, 1)).toEqual([{ from: 100, to: 149, calls: 50, good: 50 }]);
  expect(useWindows([], 5)).toEqual([]);
});
