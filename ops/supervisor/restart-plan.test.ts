import { expect, test } from "bun:test";
import fc from "fast-check";
import { MOST_ENDS, restartPlan, WINDOW_MS } from "./restart-plan.ts";

const MINUTE = 60_000;

test("the first end is followed at once, the next ones after 10, 20 and 40 seconds", () => {
  const notBefore = (ends: readonly number[]) => restartPlan(ends, 1000 * MINUTE);
  const at = 999 * MINUTE;
  expect(notBefore([at])).toEqual({ kind: "restart", notBefore: 1000 * MINUTE });
  expect(notBefore([at - 1, at])).toEqual({ kind: "restart", notBefore: at + 10_000 });
  expect(notBefore([at - 2, at - 1, at])).toEqual({ kind: "restart", notBefore: at + 20_000 });
  // Spread so that there are never more than three within ten minutes.
  const slow = [at - 16 * MINUTE, at - 8 * MINUTE, at - 1, at];
  expect(notBefore(slow)).toEqual({ kind: "restart", notBefore: at + 40_000 });
});

test("the fourth end within ten minutes is a loop", () => {
  const now = 60 * MINUTE;
  const ends = [now - 3 * MINUTE, now - 2 * MINUTE, now - MINUTE, now];
  expect(restartPlan(ends, now)).toEqual({ kind: "loop" });
});

test("ten minutes without an end begin the count anew", () => {
  const ends = [0, 1, 2, 3];
  expect(restartPlan([...ends, 30 * MINUTE], 30 * MINUTE)).toMatchObject({
    kind: "restart",
    notBefore: 30 * MINUTE,
  });
});

test("whatever ends when, no ten minutes see more restarts than three, and no pause is longer than five minutes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 * MINUTE }), { maxLength: 60 }), (lives) => {
      let now = 0;
      const ends: number[] = [];
      const restarts: number[] = [];
      for (const life of lives) {
        now += life;
        ends.push(now);
        const plan = restartPlan(ends, now);
        if (plan.kind === "loop") break;
        expect(plan.notBefore - now).toBeLessThanOrEqual(300_000);
        now = Math.max(now, plan.notBefore);
        restarts.push(now);
        // A restart falls into the window of the end that it followed.
        const near = ends.filter((at) => now - at < WINDOW_MS);
        expect(near.length).toBeLessThanOrEqual(MOST_ENDS);
      }
    }),
  );
});
