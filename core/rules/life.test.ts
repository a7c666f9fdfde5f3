import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { after, BEGUN, isControl, wilsonLowerBound } from "./life.ts";
import type { Standing } from "./rule.ts";

type Outcome = Parameters<typeof after>[1];

/** What a rule is after all of them; `undefined` once it is deleted. */
function through(outcomes: readonly Outcome[], from: Standing = BEGUN): Standing | undefined {
  let standing: Standing | undefined = from;
  for (const outcome of outcomes) standing = standing && after(standing, outcome);
  return standing;
}

const times = (count: number, outcome: Outcome): readonly Outcome[] => Array(count).fill(outcome);

test("a rule answers after 16 turns for it and none against it, and not before", () => {
  expect(through(times(15, "for"))).toMatchObject({ state: "shadow" });
  expect(through(times(16, "for"))).toMatchObject({ state: "live", confirmed: 16 });
  expect(wilsonLowerBound(16, 16)).toBeCloseTo(0.806, 3);
});

test("with one against it takes 25 in all", () => {
  expect(through(["against", ...times(23, "for")])).toMatchObject({ state: "shadow" });
  expect(through(["against", ...times(24, "for")])).toMatchObject({ state: "live" });
});

test("a live rule falls back below 0.8, and begins anew", () => {
  expect(through([...times(16, "for"), "against"])).toMatchObject({
    ...{ state: "shadow", confirmed: 0, against: 0 },
    recent: `${"+".repeat(16)}-`,
  });
});

test("two in a row are too many, whatever a rule has behind it; an answer between them changes nothing", () => {
  const long = times(400, "for");
  expect(through([...long, "against"])).toMatchObject({ state: "live" });
  expect(through([...long, "against", "against"])).toMatchObject({ state: "shadow" });
  expect(through([...long, "fired", "regretted", "fired", "regretted"])).toMatchObject({
    state: "shadow",
  });
  expect(through([...long, "against", "for", "against"])).toMatchObject({ state: "live" });
});

test("three of the last 20 delete it", () => {
  const spread = ["against", ...times(9, "for"), "against", ...times(8, "for")] as const;
  expect(through([...spread, "for"])).toBeDefined();
  expect(through([...spread, "against"])).toBeUndefined();
  expect(through([...spread, ...times(2, "for"), "against"])).toBeDefined();
});

test("a complaint takes the place of the answer that it is about", () => {
  const [fired, regretted] = [["fired"] as const, ["fired", "regretted"] as const];
  const live = times(100, "for");
  expect(through([...live, ...fired])?.recent).toBe("+".repeat(20));
  expect(through([...live, ...regretted])?.recent).toBe(`${"+".repeat(19)}-`);
});

test("every 20th line that fits a live rule is a control", () => {
  let standing = through(times(16, "for"));
  const controls: number[] = [];
  for (let line = 1; line <= 100 && standing !== undefined; line += 1) {
    const control = isControl(standing);
    if (control) controls.push(line);
    standing = after(standing, control ? "control" : "fired");
  }
  expect(controls).toEqual([20, 40, 60, 80, 100]);
});

describe("whatever happens to a rule", () => {
  const outcome = fc.constantFrom<Outcome>("for", "against", "fired", "regretted", "control");
  const life = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant<Outcome>("for") }, outcome), {
    maxLength: 120,
  });

  test("it is live only with a lower bound of at least 0.8, and never right after something against it twice", () => {
    fc.assert(
      fc.property(life, (outcomes) => {
        let standing: Standing | undefined = BEGUN;
        for (const one of outcomes) {
          standing = after(standing, one);
          if (standing === undefined) return;
          const { state, confirmed, against, inRow } = standing;
          if (state !== "live") continue;
          expect(confirmed).toBeGreaterThanOrEqual(16);
          expect(wilsonLowerBound(confirmed, confirmed + against)).toBeGreaterThanOrEqual(0.8);
          expect(inRow).toBeLessThan(2);
        }
      }),
    );
  });

  test("it is there exactly as long as at most 2 of its last 20 outcomes were against it", () => {
    fc.assert(
      fc.property(life, (outcomes) => {
        const standing = through(outcomes);
        const bad = (standing?.recent ?? "---").split("-").length - 1;
        expect(standing === undefined).toBe(bad > 2);
        expect((standing?.recent ?? "").length).toBeLessThanOrEqual(20);
      }),
    );
  });

  test("nothing for it is made of answers: they alone never make it live", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Outcome>("fired", "control"), { maxLength: 80 }),
        (outcomes) => {
          expect(through(outcomes)).toMatchObject({ state: "shadow", confirmed: 0 });
        },
      ),
    );
  });

  test("what the user switched off stays off", () => {
    fc.assert(
      fc.property(life, (outcomes) => {
        const standing = through(outcomes, { ...BEGUN, state: "off" });
        expect(standing?.state ?? "off").toBe("off");
      }),
    );
  });
});

test("the lower bound grows with what is for a rule, and falls with what is against it", () => {
  const count = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(count, count, (good, bad) => {
      const bound = wilsonLowerBound(good, good + bad);
      expect(bound).toBeGreaterThanOrEqual(-1e-12);
      expect(bound).toBeLessThan(1);
      expect(wilsonLowerBound(good + 1, good + bad + 1)).toBeGreaterThan(bound - 1e-12);
      expect(wilsonLowerBound(good, good + bad + 1)).toBeLessThan(bound + 1e-12);
    }),
  );
});
