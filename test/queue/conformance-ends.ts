/** How jobs end, and how they are cleared away. */
import { expect, test } from "bun:test";
import { type OpenQueueEngine, QueueBench } from "./conformance-bench.ts";

const error = { code: "STREAM_CUT", message: "it broke" };

export function testEnds(open: OpenQueueEngine): void {
  testFailures(open);
  testCancelling(open);
  testClearing(open);
}

function testFailures(open: OpenQueueEngine): void {
  test("a failed attempt is followed by another one after its delay, up to the last", async () => {
    await using bench = await QueueBench.with(open);
    await bench.enqueue("a", { maxAttempts: 2 });
    expect(await bench.engine.nak(await bench.one(), { delayMs: 30, error })).toBe("retry");
    expect(await bench.get("a")).toMatchObject({ state: "queued", dueAt: 1_000_030, error });
    bench.clockMs += 29;
    expect(await bench.lease()).toEqual([]);
    bench.clockMs += 1;
    expect(await bench.engine.nak(await bench.one(), { delayMs: 30, error })).toBe("dead");
    expect(await bench.get("a")).toMatchObject({ state: "dead", attempt: 2, error });
  });

  test("what no attempt can mend is dead at once", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    const job = await bench.one();
    expect(await bench.engine.nak(job, { delayMs: 0, error, isFinal: true })).toBe("dead");
    expect(await bench.engine.nak(job, { delayMs: 0, error })).toBe("lost");
  });

  test("the dead are listed in the order they died, and begin again when they are requeued", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a", "b");
    const [a, b] = await bench.lease(2);
    for (const job of [b, a]) {
      if (job !== undefined) await bench.engine.nak(job, { delayMs: 0, error, isFinal: true });
      bench.clockMs += 1;
    }
    await bench.reopen();
    expect((await bench.engine.dead("q")).map(({ id }) => id)).toEqual(["b", "a"]);
    expect(await bench.engine.requeue("q", "b")).toBe(true);
    expect(await bench.engine.requeue("q", "b")).toBe(false);
    expect(await bench.engine.requeue("q", "stranger")).toBe(false);
    expect(await bench.one()).toMatchObject({ id: "b", attempt: 1, token: 2 });
    expect(await bench.engine.dead("q")).toHaveLength(1);
  });

  test("what was given back comes first again, and its attempt does not count", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a", "b");
    const [a] = await bench.lease(1);
    if (a !== undefined) expect(await bench.engine.release(a)).toBe(true);
    const jobs = await bench.lease(2);
    expect(jobs.map(({ id, attempt }) => [id, attempt])).toEqual([
      ["a", 1],
      ["b", 1],
    ]);
    if (a !== undefined) expect(await bench.engine.ack(a)).toBe(false);
  });
}

function testCancelling(open: OpenQueueEngine): void {
  test("a cancelled job is not given to anybody", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    await bench.enqueue("late", { delayMs: 5 });
    expect(await bench.engine.cancel("q", "a")).toBe(true);
    expect(await bench.engine.cancel("q", "late")).toBe(true);
    bench.clockMs += 5;
    expect(await bench.lease()).toEqual([]);
    expect(await bench.engine.cancel("q", "a")).toBe(false);
    expect(await bench.engine.cancel("q", "stranger")).toBe(false);
    expect(await bench.engine.requeue("q", "a")).toBe(false);
  });

  test("the worker of a cancelled job has lost it", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    const job = await bench.one();
    expect(await bench.engine.cancel("q", "a")).toBe(true);
    expect(await bench.engine.extend(job, 50)).toBe(false);
    expect(await bench.engine.ack(job, "late")).toBe(false);
    expect(await bench.get("a")).toMatchObject({ state: "cancelled" });
    bench.clockMs += 99;
    expect(await bench.enqueue("a")).toMatchObject({ dup: true });
  });
}

function testClearing(open: OpenQueueEngine): void {
  test("what has ended is cleared away after its time, a part of it at each step", async () => {
    await using bench = await QueueBench.with(open);
    const many = Array.from({ length: 250 }, (_, n) => `${n}`);
    await bench.put(...many);
    for (const job of await bench.lease(250)) await bench.engine.ack(job);
    bench.clockMs += 200;
    const left = async (): Promise<number> => (await bench.engine.stats("q")).depth.done;
    const before = await left();
    await bench.lease();
    const after = await left();
    expect(before).toBe(250);
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(250);
    for (let step = 0; step < 5; step += 1) await bench.lease();
    expect(await left()).toBe(0);
    expect(await bench.engine.get("q", "0")).toBeUndefined();
    expect(await Array.fromAsync(bench.engine.events("q", "0", { from: 1 }))).toEqual([]);
  });

  test("the dead are kept for longer, and what waits or runs for ever", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("dead");
    await bench.engine.nak(await bench.one(), { delayMs: 0, error, isFinal: true });
    await bench.put("runs");
    await bench.lease(1, 10_000);
    await bench.enqueue("waits", { delayMs: 10_000 });
    bench.clockMs += 299;
    await bench.lease();
    expect(await bench.engine.dead("q")).toHaveLength(1);
    bench.clockMs += 1;
    await bench.lease();
    expect((await bench.engine.stats("q")).depth).toEqual({
      ...{ queued: 1, running: 1, done: 0, dead: 0, cancelled: 0 },
    });
  });

  test("closing writes what was handed in, and refuses what comes later", async () => {
    await using bench = await QueueBench.with(open);
    const { engine } = bench;
    const last = bench.enqueue("a");
    await bench.reopen();
    expect(await last).toEqual({ dup: false, isSame: true });
    expect(await bench.one()).toMatchObject({ id: "a" });
    const late = engine.enqueue("q", "late", { id: "late" });
    await expect(late).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
    await expect(engine.get("q", "a")).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  });
}
