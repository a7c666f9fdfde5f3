import { expect, test } from "bun:test";
import fc from "fast-check";
import { trustOf, type Use } from "./trust.ts";
import { usesOf } from "./uses.ts";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const NOW = 1_800_000_000_000;

const use: fc.Arbitrary<Use> = fc.record({
  at: fc.integer({ min: NOW - 60 * WEEK_MS, max: NOW }),
  ok: fc.boolean(),
});
const uses = fc.array(use, { maxLength: 30 });

test("a tool that was not used is trusted half", () => {
  expect(trustOf([], NOW)).toEqual({ score: 0.5, calls: 0, failures: 0, lastUsedAt: undefined });
});

test("a good call of today gives two thirds, one of last week weighs half", () => {
  expect(trustOf([{ at: NOW, ok: true }], NOW).score).toBeCloseTo(2 / 3);
  expect(trustOf([{ at: NOW - WEEK_MS, ok: true }], NOW).score).toBeCloseTo(1.5 / 2.5);
  expect(trustOf([{ at: NOW, ok: false }], NOW).score).toBeCloseTo(1 / 3);
});

test("the score stays between 0 and 1, whatever happened", () => {
  fc.assert(
    fc.property(uses, (some) => {
      const { score, calls, failures } = trustOf(some, NOW);
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThan(1);
      expect(failures).toBeLessThanOrEqual(calls);
    }),
  );
});

test("a good call never lowers it and a bad one never raises it, wherever it comes", () => {
  fc.assert(
    fc.property(uses, use, (some, one) => {
      const before = trustOf(some, NOW).score;
      // Calls of long ago weigh less than the last digit of a sum shows.
      const good = trustOf([...some, { ...one, ok: true }], NOW).score;
      expect(good).toBeGreaterThanOrEqual(before - 1e-12);
      const bad = trustOf([{ ...one, ok: false }, ...some], NOW).score;
      expect(bad).toBeLessThanOrEqual(before + 1e-12);
    }),
  );
});

test("what is long ago is forgotten: without use the score goes to one half", () => {
  fc.assert(
    fc.property(uses, (some) => {
      const far = (now: number) => Math.abs(trustOf(some, now).score - 0.5);
      expect(far(NOW + WEEK_MS)).toBeLessThanOrEqual(far(NOW) + 1e-12);
      expect(far(NOW + 60 * WEEK_MS)).toBeLessThan(0.001);
    }),
  );
});

test("a clock that was set back makes no call count more than now", () => {
  const later = { at: NOW + 10 * WEEK_MS, ok: true };
  expect(trustOf([later], NOW).score).toBeCloseTo(2 / 3);
});

test("a failure that the contract names changes nothing but the count", () => {
  fc.assert(
    fc.property(uses, fc.integer({ min: 0, max: 30 * WEEK_MS }), (some, age) => {
      const named: Use = { at: NOW - age, ok: false, outcome: "failure" };
      const [before, after] = [trustOf(some, NOW), trustOf([...some, named], NOW)];
      expect(after.score).toBe(before.score);
      expect(after.failures).toBe(before.failures);
      expect(after.calls).toBe(before.calls + 1);
    }),
  );
  const broken: Use = { at: NOW, ok: false, outcome: "breakdown" };
  expect(trustOf([broken], NOW)).toMatchObject({ failures: 1 });
  expect(trustOf([broken], NOW).score).toBeCloseTo(1 / 3);
});

test("calls that ran are counted by tool, and refused ones are not", async () => {
  const result = { type: "tool-result", turn: "t", persona: "agent", id: "1", size: 0 } as const;
  async function* entries() {
    yield { at: 1, event: { ...result, name: "median", ok: true, ms: 3 } };
    yield { at: 2, event: { ...result, name: "median", ok: false, ms: 0 } };
    yield { at: 3, event: { type: "settled", why: "" } as const };
    yield { at: 4, event: { ...result, name: "dice", ok: false, ms: 2 } };
    const outcome = "breakdown" as const;
    yield { at: 5, event: { ...result, name: "median", ok: false, ms: 2, outcome } };
  }
  expect(Object.fromEntries(await usesOf(entries()))).toEqual({
    median: [
      { at: 1, ok: true },
      { at: 5, ok: false, outcome: "breakdown" },
    ],
    dice: [{ at: 4, ok: false }],
  });
});
