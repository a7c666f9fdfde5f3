import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHome } from "#home/home-paths.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { logLines, SupervisedHome } from "#test/supervised-home.ts";
import { type DayReport, reportLines } from "./day-report.ts";
import { reportOf } from "./supervisor.ts";

const DAY = 24 * 60 * 60_000;

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
  await createHome(home.paths);
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

/** A clock that stands at noon, so that no look falls into another day. */
function noon(days: number): number {
  return Math.floor(Date.now() / DAY) * DAY + DAY / 2 + days * DAY - Date.now();
}

test("a day is reported once when it has ended, with what was found and how tools and turns fared, also over a restart", async () => {
  const reports: DayReport[] = [];
  const report = (one: DayReport): void => void reports.push(one);
  const first = await SupervisedHome.open(home.path, { report });
  first.wallOffset = noon(0);
  await first.beats(1);
  const time = new Date(Date.now() + first.wallOffset).toISOString();
  const ran = { time, msg: "tool ran", tool: "count_words", ms: 20 };
  await logLines(home.path, "current", [
    ...[
      { ...ran, ok: true },
      { ...ran, ok: true },
      { ...ran, ok: false, ms: 50 },
    ],
    { time, event: "turn-end", reason: "complete", in: 100, out: 20 },
    { time, event: "turn-end", reason: "cut", in: 7 },
    // What was said is none of it, nor what another program could have meant.
    { time, msg: "tool ran: rm", said: { tool: "rm" }, tool: 7, ok: true, ms: 1 },
    { time, event: "job-dead", kind: "tool", tool: "count_words" },
    ...Array.from({ length: 1200 }, () => ({ time, level: "warn", msg: "again" })),
  ]);
  await first.beats(3);
  expect(reports).toEqual([]);
  await first[Symbol.asyncDispose]();

  await using second = await SupervisedHome.open(home.path, { report });
  second.at = first.at;
  second.wallOffset = noon(1);
  await second.beats(3);
  const day = time.slice(0, 10);
  expect(reports).toMatchObject([{ day, turns: 2, cut: 1, tokens: 127, givenUp: [] }]);
  const [found = reportOf(second.store, day)] = reports;
  expect(found.tools).toEqual([{ tool: "count_words", calls: 3, failed: 1, ms: 90 }]);
  expect(found.fixes.map(({ pattern }) => pattern)).toContain("log-flood");
  const lines = reportLines(found);
  expect(lines).toContain("turns 2, of them 1 without a complete answer; tokens 127");
  expect(lines).toContain("  count_words: 3 calls, 1 failed, 30 ms each");
});

test("a clock that is set back ends no day, and a day on which nothing was done is reported as such", async () => {
  const reports: DayReport[] = [];
  const report = (one: DayReport): void => void reports.push(one);
  await using supervised = await SupervisedHome.open(home.path, { report });
  for (const days of [0, -1, -1, 0]) {
    supervised.wallOffset = noon(days);
    await supervised.beats(1);
  }
  // From the day before to today once more: that day has ended.
  expect(reports.map(({ turns, tools }) => [turns, tools])).toEqual([[0, []]]);
  expect(reportLines(reports[0] ?? reportOf(supervised.store, "2026-01-01"))[1]).toBe(
    "turns 0, of them 0 without a complete answer; tokens 0",
  );
});

test("days of more than 90 days ago are forgotten", async () => {
  await using supervised = await SupervisedHome.open(home.path);
  const { days } = supervised.store;
  const line = { at: 0, source: "current", level: "info", pid: 1 } as const;
  const call = { tool: "t", ok: true, ms: 1 };
  const wall = Date.UTC(2026, 0, 1);
  days.count([{ ...line, call }], { at: 0, wall });
  expect(days.of("2026-01-01").tools).toHaveLength(1);
  days.count([{ ...line, call }], { at: 0, wall: wall + 91 * DAY });
  expect(days.of("2026-01-01").tools).toEqual([]);
});
