import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "#core/queue.ts";
import { openSqliteQueue, type SqliteQueue } from "#home/queue/sqlite-queue.ts";
import { untilAborted } from "#test/local-jobs.ts";
import { until } from "#test/until.ts";
import { withMoreTime } from "#test/with-more-time.ts";
import { WorkerPool, type WorkerPoolOptions } from "./worker-pool.ts";

let folder = "";
let queue: SqliteQueue;
let reported: unknown[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "org-pool-"));
  queue = await openSqliteQueue(join(folder, "queue.sqlite"));
  reported = [];
});
afterEach(async () => {
  await queue[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function poolOf(run: WorkerPoolOptions["run"], about: Partial<WorkerPoolOptions> = {}): WorkerPool {
  const report = (error: unknown) => void reported.push(error);
  return new WorkerPool({ queue, name: "q", workers: 1, report, backoff: () => 0, run, ...about });
}

async function put(...ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => queue.enqueue("q", id, { id })));
}

const typesOf = async (id: string): Promise<string> =>
  (await Array.fromAsync(queue.events("q", id, { from: 1 }))).map(({ type }) => type).join(" ");

test.each([1, 4, 64])(
  "runs %i at once and no more, and all of them in the end",
  async (workers) => {
    let [now, most] = [0, 0];
    const ids = Array.from({ length: workers * 3 }, (_, n) => `${n}`);
    const all = Promise.withResolvers<void>();
    const pool = poolOf(
      async ({ id }) => {
        now += 1;
        most = Math.max(most, now);
        // Until as many run as may; the last ones find no others to wait for.
        if (now === workers) all.resolve();
        await all.promise;
        now -= 1;
        return id;
      },
      { workers },
    );
    await put(...ids);
    await pool.start();
    for (const id of ids) expect(await typesOf(id)).toBe("queued started done");
    expect(most).toBe(workers);
    await pool.drain(1000);
  },
);

test("asks for the next job in the moment it says that one is done: both are one commit", async () => {
  const calls: string[] = [];
  const written = Promise.withResolvers<void>();
  const slow = new Proxy(queue, {
    get(target, name) {
      if (name === "ack" || name === "lease") calls.push(name);
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "ack") return value.bind(target);
      return async (...given: Parameters<SqliteQueue["ack"]>) => {
        await written.promise;
        return await target.ack(...given);
      };
    },
  });
  await put("one", "two");
  const began: string[] = [];
  const pool = poolOf(
    async ({ id }) => {
      began.push(id);
      return id;
    },
    { queue: slow },
  );
  await pool.start();
  await until("the next one has begun", async () => began.length === 2);
  expect(calls.slice(0, 4)).toEqual(["lease", "ack", "lease", "ack"]);
  expect(await queue.get("q", "one")).toMatchObject({ state: "running" });
  written.resolve();
  await pool.drain(1000);
  expect(await typesOf("one")).toBe("queued started done");
});

test("keeps the lease of what takes longer than it lasts", async () => {
  const taken = await withMoreTime(
    async (leaseMs) => {
      const id = `of-${leaseMs}-ms`;
      const started = Promise.withResolvers<Job>();
      const gate = Promise.withResolvers<string>();
      const pool = poolOf(
        (job) => {
          started.resolve(job);
          return gate.promise;
        },
        { leaseMs },
      );
      await put(id);
      await pool.start();
      await started.promise;
      // A second taker waits for three times as long as the lease lasts, in vain.
      const others = await queue.lease("q", { max: 1, leaseMs: 10_000, waitMs: leaseMs * 3 });
      gate.resolve("done");
      for (const job of others) await queue.ack(job, "of another");
      if (others.length === 0) expect(await typesOf(id)).toBe("queued started done");
      await pool.drain(1000);
      return others;
    },
    (others) => others.length === 0,
  );
  expect(taken).toEqual([]);
});

test("stops work on a job that another worker has by now, and leaves that one alone", async () => {
  const stopped = Promise.withResolvers<unknown>();
  const pool = poolOf(
    async (_job, signal) => {
      await untilAborted(signal).catch(stopped.resolve);
      throw new Error("broken off");
    },
    { leaseMs: 60 },
  );
  await put("a");
  await pool.start();
  await queue.events("q", "a", { from: 2 }).next();
  // As if this process had been stopped for longer than its lease lasts.
  await queue.reclaim("q");
  const [mine] = await queue.lease("q", { max: 1, leaseMs: 10_000 });
  if (mine === undefined) throw new Error("It was not given back");
  expect(await stopped.promise).toMatchObject({ name: "JobLost" });
  expect(await queue.ack(mine, "mine")).toBe(true);
  expect(await queue.get("q", "a")).toMatchObject({ state: "done", result: "mine" });
  await pool.drain(1000);
  expect(reported).toEqual([]);
});

test("gives back what does not end in time, without counting the attempt", async () => {
  const pool = poolOf((_job, signal) => untilAborted(signal), { workers: 2 });
  await put("a", "b", "c");
  await pool.start();
  await queue.events("q", "b", { from: 2 }).next();
  await pool.drain(0);
  expect(pool.busy).toBe(0);
  const jobs = await queue.lease("q", { max: 5, leaseMs: 1000 });
  expect(jobs.map(({ id, attempt }) => [id, attempt])).toEqual([
    ["a", 1],
    ["b", 1],
    ["c", 1],
  ]);
});

test("begins with what a process before it had leased", async () => {
  await put("a");
  await queue.lease("q", { max: 1, leaseMs: 1_000_000 });
  const pool = poolOf(async () => "done");
  await pool.start();
  expect(await typesOf("a")).toBe("queued started expired started done");
  await pool.drain(1000);
});

test("says that the queue cannot be read, and goes on trying until it leaves", async () => {
  const pool = poolOf(async () => "done");
  await pool.start();
  await queue[Symbol.asyncDispose]();
  await until("it is told", async () => reported.length > 0);
  expect(reported[0]).toMatchObject({ code: "JOURNAL_FAILED" });
  await pool.drain(1000);
  expect(pool.busy).toBe(0);
});

test("kinds that are paused are left where they are, in front of others, until they are taken again", async () => {
  await queue.enqueue("q", "{}", { id: "paused", kind: "tool", priority: 9 });
  await queue.enqueue("q", "{}", { id: "other", kind: "goal" });
  let paused: readonly string[] = ["tool"];
  const ran: string[] = [];
  const pool = poolOf(
    async ({ id }) => {
      ran.push(id);
      return id;
    },
    { paused: () => paused },
  );
  await pool.start();
  await until("the other to run", async () => ran.length > 0);
  expect(ran).toEqual(["other"]);
  paused = [];
  // Any change wakes it; without one it looks after half a minute.
  await put("wakes");
  await until("all to run", async () => ran.length === 3);
  expect(ran.slice(1).toSorted()).toEqual(["paused", "wakes"]);
  expect(await typesOf("paused")).toBe("queued started done");
  await pool.drain(1000);
});
