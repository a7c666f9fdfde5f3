/** When bursts begin and end, on a clock of the test and the real store; the process of a burst is a promise here. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import type { AutonomyState } from "#home/autonomy/autonomy-switch.ts";
import { Autonomy } from "./autonomy.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PACE = { idleMs: 2 * HOUR, gapMs: 2 * HOUR, aDay: 3, lengthMs: HOUR / 2 };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-autonomy-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly lastAt?: number;
  readonly lives?: boolean;
  readonly path?: string;
}

/** A home whose bursts end when the test says so. */
class TestHome implements Disposable {
  readonly store: AutonomyStore;
  readonly autonomy: Autonomy;
  readonly told: string[] = [];
  readonly closed: string[] = [];
  readonly ends: string[] = [];
  readonly failures: unknown[] = [];
  wall = 20_000 * DAY;
  mono = 5_000_000;
  state: AutonomyState = "on";
  lives: boolean;
  gone: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor({ lastAt = 1, lives = false, path = "autonomy.sqlite" }: Given = {}) {
    this.lives = lives;
    this.store = new AutonomyStore(join(folder, path));
    const summary = { room: "r", head: 1, startedAt: 1, lastAt };
    this.autonomy = new Autonomy({
      ...{ store: this.store, pace: PACE, state: () => this.state },
      journal: { rooms: async () => (lastAt === 0 ? [] : [summary]) },
      start: () => {
        this.gone = Promise.withResolvers();
        const end = async (why: string): Promise<void> => void this.ends.push(why);
        return { end, gone: this.gone.promise };
      },
      livesElsewhere: async () => this.lives,
      close: (id, why) => {
        this.closed.push(why);
        this.finish(id, why);
      },
      tell: (_id, what) => void this.told.push(what),
      report: (error) => void this.failures.push(error),
      clock: { now: () => this.wall, mono: () => this.mono },
    });
  }

  finish(id: string, end: string, isEmpty = false): void {
    const about = { endedAt: this.wall, end, report: "{}", isEmpty, isPerfectTest: false };
    this.store.finish(id, about);
  }

  async passes(ms: number): Promise<void> {
    this.wall += ms;
    this.mono += ms;
    await this.autonomy.look();
  }

  async over(): Promise<void> {
    this.gone.resolve();
    await Bun.sleep(0);
  }

  [Symbol.dispose](): void {
    this.store[Symbol.dispose]();
  }
}

test("a burst begins when the home was quiet for long enough, one at a time, and is on disk before it runs", async () => {
  using home = new TestHome();
  home.autonomy.see({ type: "answer" });
  await home.passes(2 * HOUR - 1);
  expect(home.told).toEqual([]);
  await home.passes(1);
  const [row] = home.store.newest(1);
  expect([home.told, home.autonomy.running]).toEqual([["began"], row?.id]);
  await home.passes(HOUR / 4);
  expect(home.store.newest(9)).toHaveLength(1);
  home.finish(row?.id ?? "", "done");
  await home.over();
  expect([home.told, home.closed, home.autonomy.running]).toEqual([
    ["began", "ended"],
    ["killed"],
    undefined,
  ]);
  expect(home.store.newest(1)[0]?.end).toBe("done");
});

test("a process that has just begun knows from the journal how long it was quiet", async () => {
  using fresh = new TestHome({ lastAt: 20_000 * DAY - HOUR });
  await fresh.passes(HOUR - 1);
  expect(fresh.told).toEqual([]);
  await fresh.passes(1);
  expect(fresh.told).toEqual(["began"]);
});

test("bursts that bring nothing become a day apart and stay so, though those before them were days ago", async () => {
  using home = new TestHome();
  home.autonomy.see({ type: "answer" });
  const begins: number[] = [];
  for (let hour = 0; hour < 10 * 24; hour += 1) {
    await home.passes(HOUR);
    if (home.autonomy.running === undefined) continue;
    begins.push(hour);
    home.finish(home.autonomy.running, "done", true);
    await home.over();
  }
  const gaps = begins.slice(1).map((hour, index) => hour - (begins[index] ?? 0));
  expect(gaps).toEqual([4, 8, 16, ...Array.from({ length: gaps.length - 3 }, () => 24)]);
  expect(gaps.length).toBeGreaterThan(8);
});

test("a home without a line of its user does nothing by itself", async () => {
  using home = new TestHome({ lastAt: 0 });
  for (let day = 0; day < 3; day += 1) await home.passes(DAY);
  expect(home.told).toEqual([]);
});

test.each([
  ["a line of a person", "human", (home: TestHome): void => home.autonomy.see({ type: "message" })],
  [
    "a goal of a person",
    "human",
    (home: TestHome): void => home.autonomy.see({ type: "goal", phase: "goal", state: "begun" }),
  ],
  [
    "a person who switches it off",
    "stopped",
    (home: TestHome): void => {
      home.state = "off";
    },
  ],
  [
    "its time",
    "time",
    (home: TestHome): void => {
      home.mono += HOUR / 2 + 5001;
    },
  ],
] as const)("%s ends what runs, and it may keep nothing from then on", async (_who, why, act) => {
  using home = new TestHome();
  await home.passes(2 * HOUR);
  expect(home.autonomy.running).toBeDefined();
  act(home);
  await home.autonomy.look();
  await home.autonomy.look();
  expect([home.ends, home.autonomy.running]).toEqual([[why], undefined]);
  await home.over();
  expect([home.closed, home.told]).toEqual([[why], ["began", "ended"]]);
});

test("what the home tells by itself, an answer and a tool's result end nothing", async () => {
  using home = new TestHome();
  await home.passes(2 * HOUR);
  for (const type of ["notice", "answer", "tool-result"] as const) home.autonomy.see({ type });
  await home.autonomy.look();
  expect(home.ends).toEqual([]);
});

test.each(["off", "disabled"] as const)("while it is %s nothing begins", async (state) => {
  using home = new TestHome();
  home.state = state;
  await home.passes(DAY);
  expect(home.store.newest(1)).toEqual([]);
});

test("a process that leaves ends what runs and begins nothing more", async () => {
  using home = new TestHome();
  await home.passes(2 * HOUR);
  const left = home.autonomy.leave();
  expect(home.ends).toEqual(["owner"]);
  await home.over();
  await left;
  await home.passes(DAY);
  expect(home.told).toEqual(["began", "ended"]);
});

test("what an owner before this one left open is told once, when its process is gone", async () => {
  using home = new TestHome({ lives: true });
  home.store.begin("burst_old", home.wall - DAY);
  await home.passes(2 * HOUR);
  expect([home.closed, home.told]).toEqual([[], []]);
  home.lives = false;
  await home.passes(1000);
  expect(home.closed).toEqual(["killed"]);
  expect(home.told).toEqual(["began"]);
  await home.passes(1000);
  expect(home.closed).toEqual(["killed"]);
});

const day = fc.array(
  fc.record({
    waits: fc.integer({ min: 1000, max: 3 * HOUR }),
    speaks: fc.boolean(),
    isEmpty: fc.boolean(),
    /** A clock that is set. */
    jumps: fc.constantFrom(0, 0, 0, -HOUR, HOUR),
  }),
  { minLength: 1, maxLength: 150 },
);

test("ten compressed days hold no more than three bursts each, with two hours between them", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(day, async (steps) => {
      number += 1;
      using home = new TestHome({ path: `${number}.sqlite` });
      for (const { waits, speaks, isEmpty, jumps } of steps) {
        if (speaks) home.autonomy.see({ type: "message" });
        home.wall += jumps;
        await home.passes(waits);
        const id = home.autonomy.running;
        if (id === undefined) continue;
        home.finish(id, "done", isEmpty);
        await home.over();
      }
      const begun = home.store.since(0).map(({ startedAt }) => startedAt);
      const days = Map.groupBy(begun, (at) => Math.floor(at / DAY));
      for (const [, bursts] of days) expect(bursts.length).toBeLessThanOrEqual(3);
      expect(home.failures).toEqual([]);
    }),
    { numRuns: 10 },
  );
});
