import { expect, test } from "bun:test";
import fc from "fast-check";
import { type BurstPace, type PastBurst, untilBurst } from "./burst-schedule.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PROD: BurstPace = { idleMs: 2 * HOUR, gapMs: 2 * HOUR, aDay: 3 };
/** 08:00 of a day in UTC. */
const MORNING = 20_000 * DAY + 8 * HOUR;

function burst(startedAt: number, about: Partial<PastBurst> = {}): PastBurst {
  return { startedAt, isEmpty: false, isPerfectTest: false, ...about };
}

const at = (now: number, past: readonly PastBurst[], quietMs = DAY) =>
  untilBurst(past, PROD, { now, quietMs });

test("a home that was quiet for long enough begins, one that was not waits for the rest", () => {
  expect(at(MORNING, [], 2 * HOUR)).toBe(0);
  expect(at(MORNING, [], 2 * HOUR - 1)).toBe(1);
  expect(at(MORNING, [], 0)).toBe(2 * HOUR);
});

test("from one burst to the next there is the gap, and after the third of a day midnight", () => {
  expect(at(MORNING, [burst(MORNING - HOUR)])).toBe(HOUR);
  expect(at(MORNING, [burst(MORNING - 2 * HOUR)])).toBe(0);
  const three = [6, 4, 2].map((hours) => burst(MORNING - hours * HOUR));
  expect(at(MORNING, three)).toBe(16 * HOUR);
  expect(at(MORNING + 16 * HOUR, three)).toBe(0);
});

test("each empty burst in a row doubles the gap, up to a day, and one that brought something ends that", () => {
  const empty = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      burst(MORNING - (count - index - 1), { isEmpty: true }),
    );
  const calm: BurstPace = { ...PROD, aDay: 1000 };
  const after = (past: readonly PastBurst[]) =>
    untilBurst(past, calm, { now: MORNING, quietMs: DAY }) / HOUR;
  expect([1, 2, 3, 4, 5, 900].map((count) => after(empty(count)))).toEqual([4, 8, 16, 24, 24, 24]);
  expect(after([...empty(5), burst(MORNING)])).toBe(2);
});

test("three perfect rounds of tests make the next one eight times rarer, two do not", () => {
  const perfect = [2, 1, 0].map((minute) => burst(MORNING - minute, { isPerfectTest: true }));
  const dev: BurstPace = { idleMs: 0, gapMs: HOUR / 6, aDay: 20 };
  const after = (past: readonly PastBurst[]) =>
    untilBurst(past, dev, { now: MORNING, quietMs: DAY }) / (HOUR / 6);
  expect(after(perfect)).toBe(8);
  expect(after(perfect.slice(1))).toBe(1);
  expect(after([burst(MORNING - 9), ...perfect.slice(1)])).toBe(1);
});

test("a clock that was set back does not give the bursts of today again, nor stop them for more than a day", () => {
  const three = [3, 2, 1].map((hours) => burst(MORNING + hours * HOUR));
  expect(at(MORNING, three)).toBe(16 * HOUR);
  expect(at(MORNING, [burst(MORNING + 400 * DAY)])).toBe(0);
});

const pace = fc.record({
  idleMs: fc.integer({ min: 0, max: 3 * HOUR }),
  gapMs: fc.integer({ min: 1, max: 3 * HOUR }),
  aDay: fc.integer({ min: 1, max: 20 }),
});
const step = fc.record({
  waits: fc.integer({ min: 0, max: 5 * HOUR }),
  isEmpty: fc.boolean(),
  isPerfectTest: fc.boolean(),
});

test("never more than a day's bursts in a day, and never sooner than the gap, whatever comes of them", () => {
  fc.assert(
    fc.property(pace, fc.array(step, { maxLength: 60 }), (given, steps) => {
      const past: PastBurst[] = [];
      let now = MORNING;
      for (const { waits, ...outcome } of steps) {
        now += waits;
        if (untilBurst(past, given, { now, quietMs: given.idleMs }) > 0) continue;
        const last = past.at(-1);
        if (last !== undefined) expect(now - last.startedAt).toBeGreaterThanOrEqual(given.gapMs);
        past.push({ startedAt: now, ...outcome });
        const day = past.filter(({ startedAt }) => startedAt >= Math.floor(now / DAY) * DAY);
        expect(day.length).toBeLessThanOrEqual(given.aDay);
      }
    }),
  );
});

test("after the time that it names a burst may begin, where nothing happened meanwhile", () => {
  fc.assert(
    fc.property(
      pace,
      fc.array(fc.integer({ min: 0, max: DAY }), { maxLength: 8 }),
      (given, ages) => {
        const past = ages.toSorted((a, b) => b - a).map((age) => burst(MORNING - age));
        const wait = untilBurst(past, given, { now: MORNING, quietMs: 0 });
        const later = { now: MORNING + wait, quietMs: wait };
        expect(untilBurst(past, given, later)).toBe(0);
      },
    ),
  );
});
