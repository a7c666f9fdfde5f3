import { expect, test } from "bun:test";
import { measure, withTimes } from "./record-times.ts";

test("a test file that ran is recorded with its processor time, and one that is gone no more", async () => {
  const { exitCode, times } = await measure(["core/lines.test.ts"]);
  expect(exitCode).toBe(0);
  expect(Object.keys(times)).toEqual(["core/lines.test.ts"]);
  const known = { "ops/totals.test.ts": 7, "core/lines.test.ts": -1, "core/gone.test.ts": 5 };
  const files = withTimes(known, times);
  expect(Object.keys(files)).toEqual(["core/lines.test.ts", "ops/totals.test.ts"]);
  expect(files["core/lines.test.ts"]).toBeGreaterThan(0);
});
