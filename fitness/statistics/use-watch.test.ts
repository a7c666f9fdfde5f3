import { expect, test } from "bun:test";
import fc from "fast-check";
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

test("a new tool that fails is taken back within a few calls", () => {
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

test("when all tools together do worse after a promotion, it is taken back once", () => {
  const watch = new UseWatch();
  expect(alarms(watch, "other", [100, 0])).toEqual([]);
  watch.promoted(PROMOTION);
  expect(alarms(watch, "other", [100, 10])).toEqual([
    {
      rollBack: "promotion/1",
      why: "tools did 10.0 % worse than before: 0.9 of the calls are good, it was 1",
    },
  ]);
  alarms(watch, "other", [100, 0]);
  const [second] = alarms(watch, "other", [100, 2]);
  expect(second).toMatchObject({
    why: expect.stringContaining("50.0 % worse"),
    rollBack: undefined,
  });
});

test("failures that its contract names are no breakdown", () => {
  const watch = new UseWatch();
  watch.promoted(PROMOTION);
  const declared = { tool: "shout", ok: false, brokeDown: false };
  expect(Array.from({ length: 99 }, () => watch.push(declared)).filter(Boolean)).toEqual([]);
});

test("a fall of five percent is allowed", () => {
  const watch = new UseWatch();
  watch.promoted(PROMOTION);
  alarms(watch, "other", [100, 0]);
  expect(alarms(watch, "other", [100, 20])).toEqual([]);
});

test("what was taken back is blamed for nothing any more", () => {
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
