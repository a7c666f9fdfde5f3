import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Influence, unconfirmedRule } from "./unconfirmed.ts";

const ASKED = { cases: 8, near: [24, 12] };

const influence = (cases: readonly number[], near: readonly number[]): Influence => ({
  change: 'line 3: "x" → ""',
  cases,
  near,
});
const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
/** Of a table: each entry is for one case, and what answers all others is for none. */
const ENTRIES = ALL.map((at) => influence([at], [0, 0]));
const FALLBACK = influence([], [24, 12]);

test("what answers everything but the cases is named with its line", () => {
  const finding = unconfirmedRule([...ENTRIES, FALLBACK], ASKED);
  expect(finding?.reason).toContain(
    "Its cases say nothing of what it answers to inputs like theirs",
  );
  expect(finding?.details).toContain(
    'line 3: "x" → "" changes 36 of 36 answers to inputs like those of the cases, and 0 of 8 cases',
  );
});

test("a table that decides by length is seen by inputs of other lengths", () => {
  expect(unconfirmedRule([...ENTRIES, influence([], [2, 10])], ASKED)).toBeDefined();
});

test("one case for what a table does not hold is enough", () => {
  expect(unconfirmedRule([...ENTRIES, influence([7], [24, 12])], ASKED)).toBeUndefined();
});

test("a mistake in something rare may go unnoticed", () => {
  expect(unconfirmedRule([influence(ALL, [24, 12]), influence([], [9, 5])], ASKED)).toBeUndefined();
});

test("a value for each case that decides about everything else is not a rule", () => {
  const curve = ALL.map((at) => influence([at], [20, 9]));
  expect(unconfirmedRule(curve, ASKED)?.reason).toContain("a value for each of 8 of its 8 cases");
  expect(unconfirmedRule(curve.slice(0, 3), ASKED)).toBeUndefined();
});

test("few cases and few answers prove nothing", () => {
  expect(unconfirmedRule([FALLBACK], { cases: 3, near: [24, 12] })).toBeUndefined();
  expect(unconfirmedRule([influence([], [7, 7])], { cases: 8, near: [7, 7] })).toBeUndefined();
  expect(unconfirmedRule([], ASKED)).toBeUndefined();
});

test("a rule whose mistakes show as often in cases as elsewhere is never refused", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          cases: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 2 }),
          near: fc.nat({ max: 24 }),
        }),
      ),
      (mistakes) => {
        const influences = mistakes.map(({ cases, near }) => influence(cases, [near, near >> 1]));
        expect(unconfirmedRule(influences, ASKED)).toBeUndefined();
      },
    ),
  );
});
