import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HarmEvidence, NoHarmEvidence } from "./difference-tests.ts";
import { Evidence, levelOfAttempt } from "./evidence.ts";
import { RateAlarm } from "./rate-alarm.ts";
import { SideBySideTest } from "./side-by-side.ts";
import { CostTest } from "./slow-down.ts";

const assumptions = fc.record({
  delta: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  changeRate: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("evidence", () => {
  test("keeps its peak when it falls", () => {
    const evidence = new Evidence();
    for (const factor of [4, 8, 0.001]) evidence.multiply(factor);
    expect(evidence.peak).toBeCloseTo(32);
    expect(evidence.value).toBeCloseTo(0.032);
    expect(evidence.refutes(0.05)).toBe(true);
  });

  test("stays a number after more observations than a product of doubles could hold", () => {
    const evidence = new Evidence();
    for (let index = 0; index < 100_000; index += 1) evidence.multiply(0.5);
    evidence.multiply(2);
    expect(evidence.peak).toBe(1);
    expect(evidence.refutes(0.05)).toBe(false);
  });

  test("refuses a factor that no bet can have", () => {
    const evidence = new Evidence();
    expect(() => evidence.multiply(-0.1)).toThrow(RangeError);
    expect(() => evidence.multiply(Number.NaN)).toThrow(RangeError);
  });

  test("gives all attempts together less than the level", () => {
    const levels = Array.from({ length: 1000 }, (_, index) => levelOfAttempt(0.05, index + 1));
    const sum = levels.reduce((total, level) => total + level, 0);
    expect(sum).toBeLessThan(0.05);
    expect(sum).toBeGreaterThan(0.049);
    expect(() => levelOfAttempt(0.05, 0)).toThrow(RangeError);
    expect(() => levelOfAttempt(0.05, 1.5)).toThrow(RangeError);
  });
});

describe("tests on differences", () => {
  test("win nothing on average from a candidate at the edge of what they test", () => {
    fc.assert(
      fc.property(assumptions, ({ delta, changeRate }) => {
        // D = ±1 with a mean of −δ: the edge of "worse by δ".
        const [won, lost] = [(1 - delta) / 2, (1 + delta) / 2];
        const [afterWin, afterLoss] = [1, -1].map((difference) => {
          const evidence = new NoHarmEvidence(delta);
          evidence.push(difference, { changeRate });
          return evidence.value;
        });
        expect(won * (afterWin ?? 0) + lost * (afterLoss ?? 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test("never go broke by a single pair", () => {
    fc.assert(
      fc.property(assumptions, fc.double({ min: -1, max: 1, noNaN: true }), (about, difference) => {
        const none = new NoHarmEvidence(about.delta);
        none.push(difference, about);
        expect(none.value).toBeGreaterThan(0);
        const harm = new HarmEvidence(about.delta);
        if (about.changeRate > 0) {
          harm.push(difference, about);
          expect(harm.value).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test("are surest of a candidate that never differs, and the surer the less they expect differences", () => {
    const pairs = (changeRate: number): number => {
      const evidence = new NoHarmEvidence(0.1);
      let count = 0;
      while (!evidence.refutes(0.05)) {
        evidence.push(0, { changeRate });
        count += 1;
      }
      return count;
    };
    expect(pairs(0)).toBeLessThan(40);
    expect(pairs(0.1)).toBeGreaterThan(pairs(0));
  });

  test("refuse what is not a difference of scores", () => {
    const evidence = new NoHarmEvidence(0.1);
    for (const wrong of [1.01, -2, Number.NaN]) {
      expect(() => evidence.push(wrong, { changeRate: 0.1 })).toThrow(RangeError);
    }
    expect(() => new NoHarmEvidence(0)).toThrow(RangeError);
    expect(() => new HarmEvidence(0.1).push(0, { changeRate: 2 })).toThrow(RangeError);
  });
});

describe("side by side", () => {
  const same = { candidate: 1, current: 1, anchor: 1 };

  test("keeps its verdict whatever comes later", () => {
    const gate = new SideBySideTest({ same: { pairs: 60, differing: 0 } });
    while (gate.push(same).verdict === undefined);
    const { pairs, verdict } = gate.state;
    expect(verdict).toBe("promote");
    expect(gate.push({ candidate: 0, current: 1, anchor: 1 })).toMatchObject({ pairs, verdict });
  });

  test("holds when the cap is reached, which is not a promotion", () => {
    const gate = new SideBySideTest({ same: { pairs: 60, differing: 30 }, cap: 5 });
    for (let pair = 0; pair < 4; pair += 1) expect(gate.push(same).verdict).toBeUndefined();
    expect(gate.push(same).verdict).toBe("hold");
  });

  test("does not promote what is as good as the current one and worse than the best", () => {
    const gate = new SideBySideTest({ same: { pairs: 200, differing: 20 } });
    for (let pair = 0; pair < 450; pair += 1) {
      gate.push({ candidate: 0.6, current: 0.6, anchor: pair % 5 === 0 ? 1 : 0.6 });
    }
    expect(gate.state.verdict).toBe("hold");
    expect(gate.state.againstCurrent).toBeGreaterThan(gate.state.needed);
  });

  test("asks more of every further attempt", () => {
    const needed = (attempt: number): number =>
      new SideBySideTest({ same: { pairs: 200, differing: 20 }, attempt }).state.needed;
    expect(needed(2)).toBeCloseTo(4 * needed(1));
  });
});

describe("costs", () => {
  test("are exceeded when most pairs are above the limit, whatever one of them says", () => {
    const cost = new CostTest(1.1, 0.05);
    cost.push({ candidate: 1, current: 1000 });
    while (!cost.state.exceeded && cost.state.pairs < 100) cost.push({ candidate: 2, current: 1 });
    expect(cost.state.exceeded).toBe(true);
    expect(cost.state.pairs).toBeLessThan(20);
    expect(cost.state.ratio).toBe(2);
  });

  test("are not when it is now more and now less", () => {
    const cost = new CostTest(1.1, 0.05);
    for (let pair = 0; pair < 200; pair += 1) {
      cost.push(pair % 2 === 0 ? { candidate: 3, current: 1 } : { candidate: 1, current: 3 });
    }
    expect(cost.state.exceeded).toBe(false);
  });

  test("are looked at for longer only where the median says that they may be", () => {
    const pairsOf = (others: number): number => {
      const cost = new CostTest(1.1, 0.01);
      for (let pair = 0; cost.state.isOpen; pair += 1) {
        cost.push({ candidate: pair % 3 === 0 ? 1 : others, current: 1 });
      }
      return cost.state.pairs;
    };
    expect(pairsOf(1.2)).toBe(16);
    expect(pairsOf(2)).toBeGreaterThan(16);
    expect(pairsOf(2)).toBeLessThanOrEqual(64);
  });

  test("of nothing against nothing are equal", () => {
    expect(new CostTest(1.1, 0.05).state.ratio).toBe(1);
    expect(new CostTest(1.1, 0.05).push({ candidate: 0, current: 0 }).ratio).toBe(1);
  });
});

describe("rates", () => {
  test("win nothing on average while the rate is at most the allowed one", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (allowed, part) => {
          const rate = allowed * part;
          const wealth = (failed: boolean): number => {
            const alarm = new RateAlarm(allowed, 0.01);
            alarm.push(failed);
            return alarm.evidence;
          };
          expect(rate * wealth(true) + (1 - rate) * wealth(false)).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  test("refuse what is not a rate", () => {
    expect(() => new RateAlarm(0, 0.01)).toThrow(RangeError);
    expect(() => new RateAlarm(1, 0.01)).toThrow(RangeError);
  });
});
