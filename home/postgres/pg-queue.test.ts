/** The queue of several machines on a real PostgreSQL: the suite of every engine, and what only two nodes can show. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Job, Transition } from "#core/queue.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { fileCluster } from "#test/file-cluster.ts";
import { throughPg } from "#test/pg-calls.ts";
import { testQueueConformance } from "#test/queue/conformance.ts";
import { eraseJobs } from "./erase-jobs.ts";
import { openPgQueue, type PgQueue } from "./pg-queue.ts";

const pg = fileCluster();

testQueueConformance(async (folder, options) => {
  return await openPgQueue({ ...options, client: await pg.clients.of(folder) });
});

describe("through a client that others wrote", () => {
  testQueueConformance(async (folder, options) => {
    const { schema } = await pg.clients.of(folder);
    const client = throughPg(pg.cluster.url(), schema);
    const queue = await openPgQueue({ ...options, client });
    const dispose = queue[Symbol.asyncDispose].bind(queue);
    return Object.assign(queue, {
      [Symbol.asyncDispose]: async () => {
        await dispose();
        await client[Symbol.asyncDispose]();
      },
    });
  });
});

test("words that are taken out of jobs stand in no row and in no answer that is kept, and all else stays", async () => {
  await using client = await pg.cluster.client();
  await using queue = await openPgQueue({ client, node: "a" });
  const text = (said: string) => JSON.stringify({ kind: "message", text: said });
  for (const id of ["done", "dead", "other"]) {
    await queue.enqueue("q", text(id === "other" ? "Fridays \u0000" : "Zorbulon \u0000"), { id });
    const [job] = await queue.lease("q", { max: 1, leaseMs: 60_000 });
    if (job === undefined) throw new Error("No job was leased");
    await queue.note(job, text("Zorbulon"));
    if (id !== "dead") await queue.ack(job, "Zorbulon");
    else
      await queue.nak(job, {
        delayMs: 0,
        isFinal: true,
        error: { code: "BUG", message: "Zorbulon" },
      });
  }
  const inRows = async () => {
    const tables = ["job", "job_event", "applied"];
    const found = await Promise.all(
      tables.map((table) =>
        client.query(`select 1 as one from ${table} as row where row::text like '%Zorbulon%'`),
      ),
    );
    return found.map(({ length }) => length > 0);
  };
  expect(await inRows()).toEqual([true, true, true]);
  await eraseJobs(client, (said) => said.replaceAll("Zorbulon", "[forgotten]"));
  expect(await inRows()).toEqual([false, false, false]);
  expect(await queue.get("q", "other")).toMatchObject({ body: text("Fridays \u0000") });
  expect(await queue.get("q", "dead")).toMatchObject({
    ...{ body: text("[forgotten] \u0000"), state: "dead" },
    error: { code: "BUG", message: "[forgotten]" },
  });
});

describe("two nodes at one queue", () => {
  interface Nodes extends AsyncDisposable {
    readonly one: PgQueue;
    readonly other: PgQueue;
    /** What the first one did. */
    readonly seen: readonly Transition[];
    readonly client: PgClient;
  }

  async function nodes(): Promise<Nodes> {
    const parts = new AsyncDisposableStack();
    const client = parts.use(await pg.cluster.client());
    const seen: Transition[] = [];
    const observe = (transition: Transition) => void seen.push(transition);
    // Longer than a test may take: who is not told finds nothing.
    const pollMs = 60_000;
    const one = parts.use(await openPgQueue({ client, node: "a", observe, pollMs }));
    const other = parts.use(await openPgQueue({ client, node: "b", pollMs }));
    return { one, other, seen, client, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  }

  test("one that waits is woken by what the other enqueues, gives back or hears of", async () => {
    await using here = await nodes();
    const wait = { max: 1, leaseMs: 60_000, waitMs: 50_000 };
    const waiting = here.one.lease("q", wait);
    await here.other.enqueue("q", "x", { id: "x" });
    const [job] = await waiting;
    expect(job).toMatchObject({ id: "x", attempt: 1 });
    const reading = Array.fromAsync(here.other.events("q", "x", { from: 1 }));
    if (job !== undefined) await here.one.ack(job, "42");
    expect((await reading).map(({ type }) => type)).toEqual(["queued", "started", "done"]);
    // Each tells of its own changes alone.
    expect(here.seen.map(({ event }) => event.type)).toEqual(["started", "done"]);
  });

  test("would rob each other if each trusted a clock of its own", async () => {
    await using here = await nodes();
    const how = { max: 1, leaseMs: 60_000 };
    await here.other.enqueue("q", "x", { id: "x" });
    const [job] = await here.one.lease("q", how);
    // By the server's clock it is leased still.
    expect(await here.other.lease("q", how)).toEqual([]);
    const ahead = (): number => Date.now() + 3_600_000;
    await using late = await openPgQueue({ client: here.client, node: "b", now: ahead });
    expect(await late.lease("q", how)).toMatchObject([{ id: "x", token: 2 }]);
    if (job !== undefined) expect(await here.one.ack(job)).toBe(false);
  });

  /** One node, what it holds and what it is asked to do. */
  async function act(
    own: PgQueue,
    mine: Map<string, Job>,
    { what, max, queue }: { what: string; max: number; queue: string },
  ): Promise<void> {
    const [job] = mine.values();
    if (what === "reclaim") {
      expect(await own.reclaim(queue)).toBe(mine.size);
      mine.clear();
    } else if (what === "lease" || job === undefined) {
      const leased = await own.lease(queue, { max, leaseMs: 60_000 });
      for (const one of leased) mine.set(one.id, one);
    } else {
      expect(await (what === "ack" ? own.ack(job) : own.release(job))).toBe(true);
      mine.delete(job.id);
    }
  }

  test("never have a job at the same time, and take back none of each other, whatever they do", async () => {
    await using here = await nodes();
    const step = fc.record({
      what: fc.constantFrom("lease", "lease", "reclaim", "ack", "release"),
      max: fc.integer({ min: 1, max: 4 }),
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, step), { maxLength: 8 }), async (rounds) => {
        runs += 1;
        const queue = `q ${runs}`;
        const [ones, others] = [new Map<string, Job>(), new Map<string, Job>()];
        const ids = Array.from({ length: 12 }, (_, n) => `${n}`);
        await Promise.all(ids.map((id) => here.one.enqueue(queue, "", { id, maxAttempts: 99 })));
        for (const [first, second] of rounds) {
          await Promise.all([
            act(here.one, ones, { queue, ...first }),
            act(here.other, others, { queue, ...second }),
          ]);
          const held = [...ones.keys(), ...others.keys()];
          expect(new Set(held).size).toBe(held.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("count what waits to the last one, and what has ended from time to time", async () => {
    await using queue = await openPgQueue({
      ...{ client: await pg.clients.of("counted"), node: "a", endedForMs: 600_000 },
    });
    const depth = async () => (await queue.stats("q")).depth;
    await queue.enqueue("q", "", { id: "1" });
    expect(await depth()).toMatchObject({ queued: 1, done: 0 });
    for (const job of await queue.lease("q", { max: 1, leaseMs: 60_000 })) await queue.ack(job);
    await queue.enqueue("q", "", { id: "2" });
    await queue.enqueue("q", "", { id: "3" });
    expect(await depth()).toMatchObject({ queued: 2, running: 0, done: 0 });
    // Another process looks for itself.
    await using other = await openPgQueue({ client: await pg.clients.of("counted"), node: "b" });
    expect((await other.stats("q")).depth).toMatchObject({ queued: 2, done: 1 });
  });

  test("a batch that is sent again does nothing again, and gives the same answer", async () => {
    await using here = await nodes();
    await here.one.enqueue("q", "body", { id: "x" });
    const call = async (batch: string, ...operations: readonly unknown[]) => {
      const text = `select queue_apply($1::text::uuid, $2::text::json, 'a', $3::text::json, null, 'none')::text as answer`;
      const keep = JSON.stringify({ idMs: 1000, endedMs: 1000, deadMs: 1000 });
      const values = [batch, JSON.stringify(operations), keep];
      const [row] = await here.client.query<{ answer: string }>(text, values);
      return JSON.parse(row?.answer ?? "");
    };
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
    const leased = await call(first, ["lease", "q", 1, 60_000, "[]"]);
    expect(leased.answers).toMatchObject([{ leased: [[expect.any(Number), 1]] }]);
    expect(leased.bodies).toHaveLength(1);
    expect(await call(first, ["lease", "q", 1, 60_000, "[]"])).toEqual(leased);
    const acked = await call(second, ["ack", "q", "x", 1, null, '"done"']);
    expect(await call(second, ["ack", "q", "x", 1, null, '"done"'])).toEqual(acked);
    expect(acked.answers).toEqual([true]);
    expect(await here.one.get("q", "x")).toMatchObject({ state: "done", events: 3, attempt: 1 });
  });
});

test.each(["a\0b", "\ud800"])(
  "a name that PostgreSQL cannot hold is refused alone: %j",
  async (wrong) => {
    await using client = await pg.cluster.client();
    await using queue = await openPgQueue({ client, node: "a" });
    const [refused, taken] = [
      queue.enqueue("q", "x", { id: wrong }),
      queue.enqueue("q", wrong, { id: "fine" }),
    ];
    await expect(refused).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await taken).toEqual({ dup: false, isSame: true });
    expect(await queue.get("q", "fine")).toMatchObject({ body: wrong });
    expect(await queue.get("q", wrong)).toBeUndefined();
    expect(await queue.cancel(wrong, "x")).toBe(false);
    expect(await Array.fromAsync(queue.events("q", wrong, { from: 1 }))).toEqual([]);
  },
);
