import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import type { TaskPlan } from "#home/settings/heartbeat-settings.ts";
import { TaskTable } from "#home/tasks/task-table.ts";
import { next, parse } from "#platform/schedule/cron.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { JobsBench } from "#test/local-jobs.ts";
import { processorMs } from "#test/processor-time.ts";
import { until } from "#test/until.ts";
import { jitterMs, latestDue, MOST_JITTER_MS } from "./due.ts";
import { TaskScheduler } from "./task-scheduler.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOME = "/home/of/tests";
const START = Date.parse("2026-11-23T12:00:00Z");

let folder: TemporaryFolder;
let bench: JobsBench;
let table: TaskTable;
let now = START;
let runs: string[] = [];
const reported: unknown[] = [];
beforeEach(async () => {
  [now, runs] = [START, []];
  reported.length = 0;
  folder = await temporaryFolder("tasks");
  table = new TaskTable(join(folder.path, "tasks.sqlite"));
  bench = await JobsBench.with(async ({ id }) => {
    runs.push(id);
    return null;
  });
});
afterEach(async () => {
  table[Symbol.dispose]();
  await bench[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function planOf(
  about: Partial<Omit<TaskPlan, "cron">> & { readonly cron?: string } = {},
): TaskPlan {
  const { cron = "30 3 * * *", ...rest } = about;
  const run = { tool: "sh", args: { cmd: "date" } };
  return { name: "report", zone: "UTC", missed: "once", run, ...rest, cron: parse(cron) };
}

function schedulerOf(...plans: readonly TaskPlan[]): TaskScheduler {
  const report = (error: unknown) => void reported.push(error);
  return new TaskScheduler({ home: HOME, plans, table, jobs: bench.jobs, report, now: () => now });
}

/** Beats until what it handed over has ended and is written down. */
async function settle(tasks: TaskScheduler): Promise<void> {
  await until("the job has ended", async () =>
    Object.values(await tasks.beat()).every(({ outcome }) => outcome !== "running"),
  );
}

test("hands a task over when its time and its jitter have passed, under a name that says which", async () => {
  const tasks = schedulerOf(planOf());
  expect(await tasks.beat()).toEqual({
    report: { next: Date.parse("2026-11-24T03:30:00Z"), last: null, outcome: null },
  });
  now = Date.parse("2026-11-24T03:30:00Z") + jitterMs(HOME, "report") - 1;
  await settle(tasks);
  expect(runs).toEqual([]);
  now += 1;
  await settle(tasks);
  expect(runs).toEqual(["task:report:2026-11-24T03:30Z"]);
  expect(await tasks.beat()).toMatchObject({
    report: { last: Date.parse("2026-11-24T03:30:00Z"), outcome: "done" },
  });
});

test("a task may be a goal with limits of its own", async () => {
  const works: unknown[] = [];
  bench.handle = async ({ work }) => {
    works.push(work);
    return null;
  };
  const tasks = schedulerOf(planOf({ run: { goal: "Tidy up.", limits: { cycles: 3 } } }));
  await tasks.beat();
  now += DAY;
  await settle(tasks);
  expect(works).toEqual([{ kind: "goal", text: "Tidy up.", limits: { cycles: 3 } }]);
});

test("nine hours asleep: each task runs once, however often it would have", async () => {
  const plans = [
    planOf({ name: "often", cron: "*/15 * * * *" }),
    planOf({ name: "hourly", cron: "@hourly" }),
    planOf({ name: "once", cron: "0 18 * * *" }),
    planOf({ name: "skipped", cron: "5 * * * *", missed: "skip" }),
    planOf({ name: "later", cron: "0 22 * * *" }),
  ];
  await schedulerOf(...plans).beat();
  now += 9 * HOUR + 30_000;
  const tasks = schedulerOf(...plans);
  await settle(tasks);
  now += 15_000;
  await settle(tasks);
  expect(runs.toSorted().map((id) => id.split(":")[1])).toEqual(["hourly", "often", "once"]);
  expect(table.get("skipped")).toMatchObject({ outcome: "skipped" });
});

test("a clock set back a day and forth again runs nothing twice", async () => {
  const tasks = schedulerOf(planOf({ cron: "@hourly" }));
  await tasks.beat();
  const seen = new Set<string>();
  const live = async (hours: number): Promise<void> => {
    for (let beat = 0; beat < hours * 12; beat += 1) {
      now += HOUR / 12;
      await settle(tasks);
    }
  };
  await live(3);
  now -= DAY;
  await live(30);
  now += DAY;
  await live(5);
  now -= DAY;
  await live(3);
  for (const id of runs) {
    expect(seen.has(id)).toBe(false);
    seen.add(id);
  }
  expect(runs.length).toBeGreaterThan(8);
});

test("a clock that was years ahead does not keep a task waiting for years", async () => {
  const tasks = schedulerOf(planOf({ cron: "@hourly" }));
  now += 3000 * DAY;
  await tasks.beat();
  now = START;
  await tasks.beat();
  now += HOUR + MOST_JITTER_MS;
  await settle(tasks);
  expect(runs).toEqual(["task:report:2026-11-23T13:00Z"]);
});

test("never two of a task at once: what falls due meanwhile follows as one run", async () => {
  const gate = Promise.withResolvers<void>();
  bench.handle = async ({ id }) => {
    runs.push(id);
    if (runs.length === 1) await gate.promise;
    return null;
  };
  const tasks = schedulerOf(planOf({ cron: "*/10 * * * *" }));
  await tasks.beat();
  for (let beat = 0; beat < 7; beat += 1) {
    now += 10 * 60_000 + MOST_JITTER_MS;
    await tasks.beat();
  }
  await until("it runs", async () => runs.length > 0);
  expect(runs).toHaveLength(1);
  gate.resolve();
  await settle(tasks);
  await settle(tasks);
  expect(runs).toHaveLength(2);
});

test("killed between the job and the row, the same job is asked for again and runs once", async () => {
  const plan = planOf();
  const tasks = schedulerOf(plan);
  await tasks.beat();
  const before = table.get("report");
  if (before === undefined) throw new Error("It is not written down");
  now += DAY;
  await settle(tasks);
  table.put(before);
  await settle(schedulerOf(plan));
  expect(runs).toEqual(["task:report:2026-11-24T03:30Z"]);
});

test("a task that fails for good is written down as failed, and comes again", async () => {
  bench.handle = async ({ id }) => {
    runs.push(id);
    throw new OrgError("It is not there", { code: "TOOL_UNKNOWN", remedies: [] });
  };
  const tasks = schedulerOf(planOf());
  await tasks.beat();
  now += DAY;
  await settle(tasks);
  expect(table.get("report")).toMatchObject({ outcome: "failed" });
  now += DAY;
  await settle(tasks);
  expect(runs).toHaveLength(2);
});

test("another schedule counts from the moment it is seen", async () => {
  await schedulerOf(planOf({ cron: "0 13 * * *" })).beat();
  now += 2 * HOUR;
  const tasks = schedulerOf(planOf({ cron: "30 12 * * *" }));
  await settle(tasks);
  expect(runs).toEqual([]);
  now += DAY;
  await settle(tasks);
  expect(runs).toEqual(["task:report:2026-11-24T12:30Z"]);
});

test("what cannot be handed over is told, and tried again at the next beat", async () => {
  const tasks = schedulerOf(planOf());
  await tasks.beat();
  now += DAY;
  const real = bench.jobs.submit;
  bench.jobs.submit = () => Promise.reject(new Error("no queue"));
  expect(await tasks.beat()).toMatchObject({ report: { outcome: null } });
  expect(reported).toHaveLength(1);
  bench.jobs.submit = real;
  await settle(tasks);
  expect(runs).toHaveLength(1);
});

test("the jitter is that of the home and the name, below a minute, and spread", () => {
  const all = Array.from({ length: 200 }, (_, index) => jitterMs(`/home/${index}`, "backup"));
  expect(all.every((ms) => ms >= 0 && ms < MOST_JITTER_MS)).toBe(true);
  expect(new Set(all.map((ms) => Math.floor(ms / 10_000))).size).toBe(6);
  expect(jitterMs("/a", "backup")).toBe(jitterMs("/a", "backup"));
});

test("the latest time within a span is the one that counting all of them gives", () => {
  const lines = fc.constantFrom(
    "*/7 * * * *",
    "0 3 * * *",
    "15,45 2 * * 0",
    "0 0 1 * *",
    "@hourly",
  );
  const spans = fc.tuple(
    fc.integer({ min: 0, max: 400 * DAY }),
    fc.integer({ min: 0, max: 40 * DAY }),
  );
  fc.assert(
    fc.property(lines, spans, (line, [offset, length]) => {
      const cron = parse(line);
      const after = START + offset;
      let expected: number | undefined;
      const until = after + length;
      for (let at = next(cron, "Europe/Berlin", after); at <= until; ) {
        expected = at;
        at = next(cron, "Europe/Berlin", at);
      }
      expect(latestDue(cron, "Europe/Berlin", { after, until })).toBe(expected);
    }),
    { numRuns: 30 },
  );
});

test("ten years asleep cost no more than an hour", async () => {
  const cron = parse("* * * * *");
  const looks = (hours: number) =>
    processorMs(() => {
      const span = { after: START - hours * HOUR, until: START };
      for (let look = 0; look < 100; look += 1) latestDue(cron, "Europe/Berlin", span);
    });
  await looks(1);
  // An hour has 60 moments, ten years have 5 million.
  expect(await looks(3650 * 24)).toBeLessThan((await looks(1)) * 20 + 1);
});
