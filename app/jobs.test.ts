/** A queue in a folder, and an app that is broken: what a process that serves says of its jobs. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { HomeQueue } from "#home/queue/home-queue.ts";
import { readSettings } from "#home/settings/settings.ts";
import { JobsEndpoint, type ServeJobsOptions } from "./jobs.ts";
import type { RoomObserver } from "./room-observer.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-jobs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();

async function options(said: string[], more: object = {}): Promise<ServeJobsOptions> {
  const paths = homePaths(folder);
  await createHome(paths);
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: folder });
  const ask = () => {
    throw new Error("It broke at s3cret-word", { cause: new Error("the cause") });
  };
  return Object({
    ...{ name: "current", paths, workers: 1, see: () => undefined },
    home: { service: { ask, close: async () => undefined }, journal: {} },
    app: { database: async () => undefined, queue: new HomeQueue(paths) },
    context: {
      ...{ settings, cleaner: new TextCleaner(["s3cret-word"]), signal },
      output: { say: (text: string) => said.push(text) },
    },
    ...more,
  });
}

/** Runs one job of which a bug makes an end. */
async function broken(more: object = {}): Promise<readonly string[]> {
  const said: string[] = [];
  await using parts = new AsyncDisposableStack();
  const jobs = await new JobsEndpoint().open(await options(said, more), parts);
  if (jobs === undefined) throw new Error("Current has jobs");
  parts.use(jobs);
  const work = { kind: "message", text: "Hi" } as const;
  await jobs.submit({ work, requestId: "one", maxAttempts: 1 });
  await jobs.start();
  await Array.fromAsync(jobs.events("one", 1, signal));
  return said;
}

test("a bug in a job is told with its stack and its causes, and without secrets", async () => {
  const text = (await broken()).join("");
  expect(text).toContain("It broke at [redacted]");
  expect(text).toContain("the cause");
  expect(text).toContain("jobs.test.ts");
  expect(text).toMatch(/^job one \(message\): dead after attempt 1: /m);
  expect(text).not.toContain("s3cret-word");
});

test("each failed attempt is told to the log that is given, and a bug all the same", async () => {
  const lines: string[] = [];
  const said = await broken({ log: (line: string) => lines.push(line) });
  expect(lines).toEqual([expect.stringMatching(/^job one \(message\): dead after attempt 1: /)]);
  expect(said).toEqual([expect.stringContaining("jobs.test.ts")]);
});

test("a candidate has no jobs, and says so to who asks", async () => {
  await using parts = new AsyncDisposableStack();
  const endpoint = new JobsEndpoint();
  expect(await endpoint.open(await options([], { name: "candidate" }), parts)).toBeUndefined();
  expect([await endpoint.figures(), await endpoint.dropSilent(0), endpoint.broken]).toEqual([
    ...[undefined, 0, undefined],
  ]);
  expect(endpoint.freeze()).toEqual([]);
});

test("the figures, the freeze and what is silent are those of the queue", async () => {
  await using parts = new AsyncDisposableStack();
  const endpoint = new JobsEndpoint();
  const jobs = await endpoint.open(await options([]), parts);
  if (jobs === undefined) throw new Error("Current has jobs");
  parts.use(jobs);
  await jobs.submit({ work: { kind: "message", text: "Hi" }, requestId: "one" });
  expect(await endpoint.figures()).toEqual({
    ...{ queued: 1, oldestMs: expect.any(Number), workers: 1, busy: 0 },
    unsettledMs: jobs.silentMs,
  });
  expect(await endpoint.dropSilent(0)).toBe(0);
  expect(endpoint.freeze()).toHaveLength(1);
});

test("the rooms of a process are observed by jobs of its own queue, which stays open for the others", async () => {
  await using parts = new AsyncDisposableStack();
  const endpoint = new JobsEndpoint();
  const began: Parameters<RoomObserver["start"]>[0][] = [];
  const observing = { [Symbol.asyncDispose]: async () => undefined };
  const observer: RoomObserver = Object({
    start: (how: Parameters<RoomObserver["start"]>[0]) => {
      began.push(how);
      return observing;
    },
  });
  const journal = Object({ name: "of the rooms" });
  const report = () => undefined;
  expect(await endpoint.start(observer, { journal }, report)).toBeUndefined();
  expect(began).toEqual([]);
  const jobs = await endpoint.open(await options([]), parts);
  if (jobs === undefined) throw new Error("Current has jobs");
  parts.use(jobs);
  expect(await endpoint.start(observer, { journal }, report)).toBe(observing);
  expect(began).toEqual([{ journal, openQueue: expect.any(Function), report }]);
  {
    await using opened = await began[0]?.openQueue();
    expect(await opened?.queue.stats("observations")).toMatchObject({ depth: { queued: 0 } });
  }
  expect(await endpoint.figures()).toMatchObject({ queued: 0 });
});

test("a caller that is too early is told what to do, and afterwards gets the jobs", async () => {
  await using parts = new AsyncDisposableStack();
  const endpoint = new JobsEndpoint();
  const list = async () => {
    const handler = new Map(Object.entries(endpoint.handlers)).get("job-list");
    return await Array.fromAsync(handler?.({}, signal) ?? []);
  };
  await expect(list()).rejects.toMatchObject({
    ...{ message: "This process has no job queue", code: "JOB_REFUSED" },
    why: "it is still starting, or it serves a candidate",
    remedies: ["try again in a moment", "org serve   # does the jobs of this home"],
    unchanged: "Nothing was changed.",
  });
  const jobs = await endpoint.open(await options([]), parts);
  parts.use(jobs ?? { [Symbol.asyncDispose]: async () => undefined });
  expect(await list()).toMatchObject([{ jobs: [] }]);
});
