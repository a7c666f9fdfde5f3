import { expect, test } from "bun:test";
import fc from "fast-check";
import { randomNumbers } from "#test/gate-simulation.ts";
import { UseWatch, type WatchAlarm, type WatchedUse } from "./use-watch.ts";

const used = (tool: string, ok: boolean): WatchedUse => ({ tool, ok, brokeDown: !ok });

/** Uses of a tool of which every nth fails; 0: none. */
function alarms(
  watch: UseWatch,
  tool: string,
  [uses, every]: readonly [number, number],
): readonly WatchAlarm[] {
  return Array.from({ length: uses }, (_, index) =>
    watch.push(used(tool, every === 0 || (index + 1) % every !== 0)),
  ).filter((alarm) => alarm !== undefined);
}

const PROMOTION = { tag: "promotion/1", tools: ["shout"] };

test("a new tool that fails is reverted within a few calls", () => {
  const watch = new UseWatch();
  watch.promoted(PROMOTION);
  const [alarm, ...more] = alarms(watch, "shout", [10, 1]);
  expect(alarm).toMatchObject({
    rollBack: "promotion/1",
    why: expect.stringContaining("shout breaks down"),
  });
  expect(more).toEqual([]);
});

test("a new tool that fails as rarely as it may is left alone", () => {
  const watch = new UseWatch();
  watch.promoted(PROMOTION);
  expect(alarms(watch, "shout", [500, 40])).toEqual([]);
});

test("when all tools together do worse after a promotion, it is reverted once", () => {
  const watch = new UseWatch();
  expect(alarms(watch, "other", [100, 0])).toEqual([]);
  watch.promoted(PROMOTION);
  const [alarm, ...more] = alarms(watch, "other", [200, 4]);
  expect(alarm).toMatchObject({
    rollBack: "promotion/1",
    why: expect.stringContaining("tools do worse than before"),
  });
  expect(more).toEqual([]);
});

test("a promotion of documents is blamed for nothing, and the one before stays in view", () => {
  const watch = new UseWatch();
  watch.promoted(PROMOTION);
  watch.promoted({ tag: "promotion/2", tools: [] });
  const [alarm] = alarms(watch, "shout", [20, 1]);
  expect(alarm?.rollBack).toBe("promotion/1");
});

/** Whether 2,000 uses raise an alarm after 400 at the base rate. */
function isReverted(base: number, after: number, random: () => number): boolean {
  const watch = new UseWatch();
  const use = (rate: number): WatchedUse => used("other", random() < rate);
  for (let index = 0; index < 400; index += 1) watch.push(use(base));
  watch.promoted(PROMOTION);
  return Array.from({ length: 2000 }, () => watch.push(use(after))).some(
    (alarm) => alarm !== undefined,
  );
}

test.each([1, 0.98, 0.95, 0.9])(
  "where nothing changed at a base rate of %p, at most 1 %% of the promotions are reverted",
  (base) => {
    const random = randomNumbers(1);
    const reverted = Array.from({ length: 300 }, () => isReverted(base, base, random));
    expect(reverted.filter(Boolean).length).toBeLessThanOrEqual(3);
  },
);

test("a fall by 30 % is found in nearly all of 2,000 uses, one by 15 % in most", () => {
  const random = randomNumbers(2);
  const count = (after: number): number =>
    Array.from({ length: 100 }, () => isReverted(0.95, after, random)).filter(Boolean).length;
  expect(count(0.665)).toBe(100);
  expect(count(0.8)).toBeGreaterThan(90);
});

test("failures that its contract names are not a breakdown", () => {
  const watch = new UseWatch();
  watch.promoted(PROMOTION);
  const declared = { tool: "shout", ok: false, brokeDown: false };
  expect(Array.from({ length: 99 }, () => watch.push(declared)).filter(Boolean)).toEqual([]);
});

test("a fall of five percent is allowed", () => {
  const watch = new UseWatch();
  alarms(watch, "other", [100, 0]);
  watch.promoted(PROMOTION);
  expect(alarms(watch, "other", [100, 20])).toEqual([]);
});

test("what was reverted is blamed for nothing any more", () => {
  const watch = new UseWatch();
  watch.promoted(PROMOTION);
  watch.rolledBack();
  expect(alarms(watch, "shout", [50, 1])).toEqual([]);
});

test("a promotion is never blamed twice, whatever happens", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("shout", "other"), fc.boolean()), { maxLength: 600 }),
      (uses) => {
        const watch = new UseWatch();
        watch.promoted(PROMOTION);
        const blamed = uses.map(([tool, ok]) => watch.push(used(tool, ok))?.rollBack);
        expect(blamed.filter((tag) => tag !== undefined).length).toBeLessThanOrEqual(1);
      },
    ),
  ));
