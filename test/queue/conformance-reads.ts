/** Looking at jobs: their events, lists and figures. */
import { expect, test } from "bun:test";
import type { JobEvent } from "#core/queue.ts";
import { type OpenQueueEngine, QueueBench } from "./conformance-bench.ts";

const error = { code: "STREAM_CUT", message: "it broke" };

export function testReads(open: OpenQueueEngine): void {
  testEvents(open);
  testReaders(open);
  testLists(open);
  testFigures(open);
}

function testEvents(open: OpenQueueEngine): void {
  test("everything that happens to a job is an event, numbered without gaps", async () => {
    await using bench = await QueueBench.with(open);
    const { engine } = bench;
    await bench.put("a");
    await engine.nak(await bench.one(), { delayMs: 5, error });
    bench.clockMs += 5;
    const second = await bench.one();
    await engine.note(second, "half way");
    await engine.release(second);
    await bench.one();
    bench.clockMs += 50;
    await engine.nak(await bench.one(), { delayMs: 0, error, isFinal: true });
    await engine.requeue("q", "a");
    await engine.ack(await bench.one(), "42");
    await bench.reopen();
    const events = await Array.fromAsync(bench.engine.events("q", "a", { from: 1 }));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(events.map(({ type, attempt }) => `${type} ${attempt}`)).toEqual([
      ...["queued 0", "started 1", "retry 1", "started 2", "note 2", "released 1", "started 2"],
      ...["expired 2", "started 3", "dead 3", "requeued 0", "started 1", "done 1"],
    ]);
    expect(events[2]).toEqual({
      ...{ seq: 3, at: 1_000_000, type: "retry", attempt: 1, delayMs: 5, error },
    });
    expect(events[4]).toMatchObject({ note: "half way" });
    expect(await bench.get("a")).toMatchObject({ events: 13, attempt: 1, result: "42" });
  });

  test("what is observed is what is written, in the same order", async () => {
    await using bench = await QueueBench.with(open);
    await bench.enqueue("a", { kind: "tool" });
    await bench.engine.ack(await bench.one());
    expect(bench.seen.map(({ event }) => event)).toEqual(
      await Array.fromAsync(bench.engine.events("q", "a", { from: 1 })),
    );
    expect(bench.seen[0]).toMatchObject({ queue: "q", id: "a", kind: "tool" });
  });
}

function testReaders(open: OpenQueueEngine): void {
  test("a reader gets what is there, then what comes, and ends with the job", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    const seen: string[] = [];
    const reading = (async (): Promise<void> => {
      for await (const { type } of bench.engine.events("q", "a", { from: 1 })) seen.push(type);
    })();
    const job = await bench.one();
    for (const text of ["1", "2", "3"]) await bench.engine.note(job, text);
    await bench.engine.ack(job);
    await reading;
    expect(seen).toEqual(["queued", "started", "note", "note", "note", "done"]);
    const rest = await Array.fromAsync(bench.engine.events("q", "a", { from: 5 }));
    expect(rest.map(({ seq }) => seq)).toEqual([5, 6]);
  });

  test("a reader is ended by its signal, by closing, and at once where there is no job", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    const stop = new AbortController();
    const read = (signal?: AbortSignal): Promise<JobEvent[]> =>
      Array.fromAsync(bench.engine.events("q", "a", { from: 2, signal }));
    const [stopped, closed] = [read(stop.signal), read()];
    stop.abort();
    expect(await stopped).toEqual([]);
    expect(await read(stop.signal)).toEqual([]);
    expect(await Array.fromAsync(bench.engine.events("q", "b", { from: 1 }))).toEqual([]);
    await bench.reopen();
    expect(await closed).toEqual([]);
  });

  test("notes are bounded, and the last one says that more was told", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("a");
    const job = await bench.one();
    const notes = Array.from({ length: 1100 }, (_, n) => bench.engine.note(job, `${n}`));
    expect(new Set(await Promise.all(notes))).toEqual(new Set([true]));
    await bench.engine.ack(job);
    const events = await Array.fromAsync(bench.engine.events("q", "a", { from: 998 }));
    expect(events.map(({ seq, type, note }) => [seq, type, note])).toEqual([
      [998, "note", "995"],
      [999, "note", "996"],
      [1000, "note", '{"type":"dropped"}'],
      [1001, "done", undefined],
    ]);
  });
}

function testLists(open: OpenQueueEngine): void {
  async function walk(bench: QueueBench, state?: "queued" | "done"): Promise<string[][]> {
    const pages: string[][] = [];
    for (let after: string | undefined; ; ) {
      const page = await bench.engine.list("q", { state, after, limit: 2 });
      pages.push(page.jobs.map(({ id }) => id));
      if (page.next === undefined) return pages;
      after = page.next;
    }
  }

  test("pages through all jobs, the newest first, or through those of one state", async () => {
    await using bench = await QueueBench.with(open);
    await bench.enqueue("later", { delayMs: 9 });
    await bench.put("a", "b", "c");
    await bench.enqueue("first", { priority: 9 });
    await bench.engine.enqueue("other", "x", { id: "x" });
    expect(await walk(bench)).toEqual([["first", "c"], ["b", "a"], ["later"]]);
    expect(await walk(bench, "queued")).toEqual([["first", "a"], ["b", "c"], ["later"]]);
    for (const job of await bench.lease(3)) await bench.engine.ack(job);
    expect(await walk(bench, "done")).toEqual([["a", "b"], ["first"]]);
    expect(await bench.engine.list("nowhere", { limit: 5 })).toEqual({ jobs: [] });
  });

  test("a page that no page has named is refused", async () => {
    await using bench = await QueueBench.with(open);
    for (const after of ["", "x", "2-1-1", "0-1", "0-1-99999999999999999"]) {
      const asked = bench.engine.list("q", { after, limit: 5 });
      await expect(asked).rejects.toMatchObject({ code: "INPUT_INVALID" });
    }
  });
}

function testFigures(open: OpenQueueEngine): void {
  test("tells how deep the queue is, how old its oldest, and how long each lease", async () => {
    await using bench = await QueueBench.with(open);
    await bench.put("old");
    bench.clockMs += 7;
    await bench.enqueue("urgent", { priority: 5 });
    await bench.enqueue("later", { delayMs: 100 });
    const { depth, oldestMs } = await bench.engine.stats("q");
    expect(depth).toEqual({ queued: 3, running: 0, done: 0, dead: 0, cancelled: 0 });
    expect(oldestMs).toBe(7);
    await bench.lease(1);
    bench.clockMs += 3;
    await bench.lease(1);
    bench.clockMs += 2;
    await bench.reopen();
    expect(await bench.engine.stats("q")).toEqual({
      depth: { queued: 1, running: 2, done: 0, dead: 0, cancelled: 0 },
      oldestMs: 0,
      leasedMs: [5, 2],
    });
  });
}
