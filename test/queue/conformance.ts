/** What every engine of the queue must do; a test file calls this with the engine it tests. */
import { expect, test } from "bun:test";
import { type OpenQueueEngine, QueueBench } from "./conformance-bench.ts";
import { testEnds } from "./conformance-ends.ts";
import { testAgainstModel } from "./conformance-model.ts";
import { testReads } from "./conformance-reads.ts";

export function testQueueConformance(open: OpenQueueEngine): void {
  testIds(open);
  testOrder(open);
  testKinds(open);
  testWaiting(open);
  testLeases(open);
  testReclaim(open);
  testEnds(open);
  testReads(open);
  testAgainstModel(open);
}

function testIds(open: OpenQueueEngine): void {
  test("keeps what it is given, also over a restart", async () => {
    await using bench = await QueueBench.with(open);
    const body = `\u0000 \ud83d\ude00 "' ünï\n${"x".repeat(70_000)}`;
    bench.clockMs = 1_234_567;
    const options = { id: "ключ", kind: "tool", priority: -7, maxAttempts: 2, delayMs: 5 };
    await bench.engine.enqueue("a queue", body, options);
    await bench.reopen();
    expect(await bench.engine.get("a queue", "ключ")).toEqual({
      ...{ queue: "a queue", id: "ключ", kind: "tool", state: "queued", body, priority: -7 },
      ...{ attempt: 0, maxAttempts: 2, createdAt: 1_234_567, changedAt: 1_234_567 },
      ...{ dueAt: 1_234_572, events: 1 },
    });
    expect(await bench.engine.get("q", "ключ")).toBeUndefined();
  });

  test("the same id twice is one job, and says whether it has the same body", async () => {
    await using bench = await QueueBench.with(open);
    const twice = [bench.enqueue("a"), bench.enqueue("a")];
    expect(await Promise.all(twice)).toEqual([
      { dup: false, isSame: true },
      { dup: true, isSame: true },
    ]);
    expect(await bench.engine.enqueue("q", "other", { id: "a" })).toEqual({
      ...{ dup: true, isSame: false },
    });
    expect(await bench.engine.enqueue("q 2", "other", { id: "a" })).toMatchObject({ dup: false });
    expect(await bench.lease(5)).toHaveLength(1);
  });

  test("an id stays taken for its time after the job is done, also over a restart", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    await bench.engine.ack(await bench.one());
    await bench.reopen();
    bench.clockMs += 99;
    expect(await bench.enqueue("a")).toMatchObject({ dup: true });
    expect(await bench.lease()).toEqual([]);
    bench.clockMs += 1;
    expect(await bench.enqueue("a")).toEqual({ dup: false, isSame: true });
    expect(await bench.one()).toMatchObject({ id: "a", attempt: 1 });
  });

  test("an id stays taken while its job waits, runs or is dead, however long", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("runs", "dead");
    const [, dead] = await bench.lease(2, 10_000);
    if (dead !== undefined) await bench.engine.nak(dead, { ...FAILED, isFinal: true });
    await bench.put("waits");
    bench.clockMs += 250;
    for (const id of ["waits", "runs", "dead"]) {
      expect(await bench.enqueue(id)).toMatchObject({ dup: true });
    }
  });
}

function testOrder(open: OpenQueueEngine): void {
  test("gives the higher priority first, and equal ones in the order they came", async () => {
    await using bench = await QueueBench.with(open);
    for (const [id, priority] of [
      ["a", 0],
      ["b", 5],
      ["c", -1000],
      ["d", 5],
      ["e", 1000],
      ["f", 0],
    ] as const) {
      await bench.enqueue(id, { priority });
    }
    const jobs = await bench.lease(10);
    expect(jobs.map(({ id }) => id).join("")).toBe("ebdafc");
    expect(jobs[0]).toMatchObject({ queue: "q", body: "e", attempt: 1, maxAttempts: 5 });
  });

  test("never gives more than it was asked for, and no job twice", async () => {
    await using bench = await QueueBench.with(open);
    const all = Array.from({ length: 2000 }, (_, n) => `${n}`);
    await bench.put(...all);
    const leased = await Promise.all(Array.from({ length: 20 }, () => bench.lease(25)));
    expect(leased.map((jobs) => jobs.length)).toEqual(Array.from({ length: 20 }, () => 25));
    expect(leased.flat().map(({ id }) => id)).toEqual(all.slice(0, 500));
  });

  test("a delayed job waits for its time, then takes its place among the others", async () => {
    await using bench = await QueueBench.with(open);
    await bench.enqueue("late", { delayMs: 10, priority: 1 });
    await bench.put("now");
    bench.clockMs += 9;
    expect((await bench.lease(5)).map(({ id }) => id)).toEqual(["now"]);
    await bench.put("next");
    bench.clockMs += 1;
    expect((await bench.lease(5)).map(({ id }) => id)).toEqual(["late", "next"]);
  });
}

function testKinds(open: OpenQueueEngine): void {
  test("gives the kinds that are wanted and none that is left, whatever stands before them", async () => {
    await using bench = await QueueBench.with(open);
    for (const kind of ["goal", "tool", "task", "tool"]) {
      await bench.enqueue(`${kind} ${bench.seen.length}`, { kind });
    }
    const lease = async (options: { only?: readonly string[]; without?: readonly string[] }) => {
      const jobs = await bench.engine.lease("q", { max: 1, leaseMs: 50, ...options });
      return jobs.map(({ id }) => id);
    };
    expect(await lease({ only: [] })).toEqual([]);
    expect(await lease({ only: ["tool", "task"], without: ["tool"] })).toEqual(["task 2"]);
    expect(await lease({ only: ["tool"] })).toEqual(["tool 1"]);
    expect(await lease({ without: ["goal"] })).toEqual(["tool 3"]);
    expect(await lease({ only: ["tool"] })).toEqual([]);
    expect(await lease({})).toEqual(["goal 0"]);
  });
}

function testWaiting(open: OpenQueueEngine): void {
  test("who waits gets what comes, at once", async () => {
    await using bench = await QueueBench.with(open);
    const waiting = bench.engine.lease("q", { max: 5, leaseMs: 50, waitMs: 60_000 });
    await bench.engine.enqueue("other", "x", { id: "x" });
    await bench.put("a", "b");
    expect((await waiting).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("who waits gets a delayed job when its time comes, without anybody saying so", async () => {
    await using bench = await QueueBench.with(open);
    await bench.enqueue("late", { delayMs: 20 });
    const waiting = bench.engine.lease("q", { max: 1, leaseMs: 50, waitMs: 60_000 });
    bench.clockMs += 20;
    expect((await waiting).map(({ id }) => id)).toEqual(["late"]);
  });

  test("the signal ends a wait, before and during it; so does closing", async () => {
    await using bench = await QueueBench.with(open);
    const wait = (signal?: AbortSignal) =>
      bench.engine.lease("q", { max: 1, leaseMs: 50, waitMs: 60_000, signal });
    expect(await wait(AbortSignal.abort())).toEqual([]);
    const stop = new AbortController();
    const stopped = wait(stop.signal);
    stop.abort();
    expect(await stopped).toEqual([]);
    const closed = wait();
    await bench.reopen();
    expect(await closed).toEqual([]);
  });

  test("without waiting it says at once that there is nothing", async () => {
    await using bench = await QueueBench.with(open);
    expect(await bench.lease()).toEqual([]);
  });
}

function testLeases(open: OpenQueueEngine): void {
  test("a lease that runs out gives the job to others, and its worker can do nothing with it", async () => {
    await using bench = await QueueBench.with(open);
    const { engine } = bench;
    await bench.put("a");
    const slow = await bench.one();
    bench.clockMs += 50;
    const next = await bench.one();
    expect(next).toMatchObject({ id: "a", attempt: 2 });
    expect(next.token).toBeGreaterThan(slow.token);
    expect(await engine.extend(slow, 50)).toBe(false);
    expect(await engine.note(slow, "late")).toBe(false);
    expect(await engine.release(slow)).toBe(false);
    expect(await engine.nak(slow, FAILED)).toBe("lost");
    expect(await engine.ack(slow, "stale")).toBe(false);
    expect(await engine.ack(next, "fresh")).toBe(true);
    expect(await bench.get("a")).toMatchObject({ state: "done", result: "fresh", attempt: 2 });
  });

  test("an extended lease holds as long as it was extended", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    const job = await bench.one();
    bench.clockMs += 49;
    expect(await bench.engine.extend(job, 50)).toBe(true);
    bench.clockMs += 49;
    expect(await bench.lease()).toEqual([]);
    bench.clockMs += 1;
    expect(await bench.one()).toMatchObject({ attempt: 2 });
  });

  test("a lease that ran out counts as an attempt, and the last one as the end", async () => {
    await using bench = await QueueBench.with(open);
    await bench.enqueue("a", { maxAttempts: 2 });
    for (const attempt of [1, 2]) {
      expect(await bench.one()).toMatchObject({ attempt });
      bench.clockMs += 50;
    }
    expect(await bench.lease()).toEqual([]);
    expect(await bench.get("a")).toMatchObject({ state: "dead", error: { code: "WORKER_LOST" } });
  });
}

function testReclaim(open: OpenQueueEngine): void {
  test("a node takes back its own leases, and none of another one", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a", "b", "c");
    const [own] = await bench.lease(1);
    await bench.reopen("b");
    const [other] = await bench.lease(1);
    expect(await bench.engine.reclaim("q")).toBe(1);
    expect(await bench.get("a")).toMatchObject({ state: "running" });
    expect(await bench.get("b")).toMatchObject({ state: "queued" });
    if (other !== undefined) expect(await bench.engine.ack(other)).toBe(false);
    // What a node has leased again after another one is its own.
    expect((await bench.lease(1)).map(({ id }) => id)).toEqual(["b"]);
    await bench.reopen("a");
    expect(await bench.engine.reclaim("q")).toBe(1);
    expect(await bench.get("b")).toMatchObject({ state: "running" });
    if (own !== undefined) expect(await bench.engine.ack(own)).toBe(false);
  });

  test("leases outlive a restart; who alone works on the queue takes them back", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a", "b");
    const [mine] = await bench.lease(2);
    await bench.reopen();
    expect(await bench.lease()).toEqual([]);
    if (mine !== undefined) expect(await bench.engine.extend(mine, 50)).toBe(true);
    expect(await bench.engine.reclaim("q")).toBe(2);
    expect((await bench.lease(5)).map(({ id, attempt }) => [id, attempt])).toEqual([
      ["a", 2],
      ["b", 2],
    ]);
    if (mine !== undefined) expect(await bench.engine.ack(mine)).toBe(false);
  });
}

const FAILED = { delayMs: 0, error: { code: "STREAM_CUT", message: "it broke" } } as const;
