/** Random interleavings of everything a queue can do, compared with a model that fits on two pages. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Job, JobRecord, JobState, QueueStats } from "#core/queue.ts";
import { KEPT, type OpenQueueEngine, QueueBench, type QueueEngine } from "./conformance-bench.ts";

type Write =
  | {
      readonly type: "enqueue";
      readonly id: string;
      readonly delayMs: number;
      readonly maxAttempts: number;
      readonly priority: number;
    }
  | { readonly type: "extend"; readonly id: string; readonly token: number; readonly ms: number }
  | { readonly type: "ack" | "release" | "note"; readonly id: string; readonly token: number }
  | {
      readonly type: "nak";
      readonly id: string;
      readonly token: number;
      readonly delayMs: number;
      readonly isFinal: boolean;
    }
  | { readonly type: "cancel" | "requeue"; readonly id: string }
  | { readonly type: "reclaim" };

interface Batch {
  /** Asked for at once, without waiting for each other. */
  readonly writes: readonly Write[];
  /** Leased afterwards. */
  readonly max: number;
  readonly leaseMs: number;
  /** How far the clock moves afterwards. */
  readonly passMs: number;
  /** The node that opens it again afterwards; `undefined`: it stays open. */
  readonly reopen: string | undefined;
}

const IDS = ["a", "b", "c", "d"] as const;
const error = { code: "STREAM_CUT", message: "it broke" };

export function testAgainstModel(open: OpenQueueEngine): void {
  test("does what the model does, whatever is asked in whatever order", async () => {
    // One engine for all runs, for opening one costs more than a run; each has a queue of its own.
    await using bench = await QueueBench.with(open);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(batches(), async (asked) => {
        runs += 1;
        await compare(bench, `q ${runs}`, asked);
      }),
    );
  });
}

async function compare(bench: QueueBench, queue: string, asked: readonly Batch[]): Promise<void> {
  const model = new Model(bench.clockMs);
  for (const { writes, max, leaseMs, passMs, reopen } of asked) {
    const running = writes.map((write) => ask(bench.engine, queue, write));
    const { node } = bench;
    const expected = writes.map((write) => model.do(write, node));
    expect(await Promise.all(running)).toEqual(expected);
    const leased = await bench.engine.lease(queue, { max, leaseMs });
    const seen = leased.map(({ id, token, attempt }) => ({ id, token, attempt }));
    expect(seen).toEqual([...model.lease(max, leaseMs, node)]);
    expect(await lookAt(bench.engine, queue)).toEqual(model.look());
    bench.clockMs += passMs;
    model.clockMs += passMs;
    if (reopen !== undefined) await bench.reopen(reopen);
  }
}

function batches(): fc.Arbitrary<readonly Batch[]> {
  const id = fc.constantFrom(...IDS);
  const token = fc.integer({ min: 1, max: 3 });
  const held = { id, token };
  const ms = fc.constantFrom(0, 1, 40, 90);
  const write: fc.Arbitrary<Write> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        ...{ type: fc.constant("enqueue"), id, delayMs: ms },
        ...{ maxAttempts: fc.integer({ min: 1, max: 3 }), priority: fc.nat(1) },
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("extend"), ...held, ms }) },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constantFrom("ack", "release", "note"), ...held }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        ...{ type: fc.constant("nak"), ...held, delayMs: ms, isFinal: fc.boolean() },
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("cancel", "requeue"), id }) },
    { weight: 1, arbitrary: fc.constant({ type: "reclaim" }) },
  );
  // Opening costs more than all the rest: two batches in thirty must do.
  const reopen = fc.nat(29).map((n) => ["a", "b"][n]);
  return fc.array(
    fc.record({
      ...{ writes: fc.array(write, { maxLength: 6 }), max: fc.nat(3), leaseMs: ms },
      ...{ passMs: fc.constantFrom(0, 1, 40, 110), reopen },
    }),
    { maxLength: 8 },
  );
}

function ask(engine: QueueEngine, queue: string, write: Write): Promise<unknown> {
  const held = { queue, id: "id" in write ? write.id : "", token: 0 };
  switch (write.type) {
    case "enqueue": {
      const { id, delayMs, maxAttempts, priority } = write;
      return engine.enqueue(queue, id, { id, delayMs, maxAttempts, priority });
    }
    case "extend":
      return engine.extend({ ...held, token: write.token }, write.ms);
    case "ack":
      return engine.ack({ ...held, token: write.token }, "r");
    case "release":
      return engine.release({ ...held, token: write.token });
    case "note":
      return engine.note({ ...held, token: write.token }, "n");
    case "nak": {
      const { token, delayMs, isFinal } = write;
      return engine.nak({ ...held, token }, { delayMs, isFinal, error });
    }
    case "cancel":
      return engine.cancel(queue, write.id);
    case "requeue":
      return engine.requeue(queue, write.id);
    case "reclaim":
      return engine.reclaim(queue);
  }
}

/** What can be seen of a queue. */
interface Look {
  readonly jobs: readonly Pick<JobRecord, "id" | "state" | "attempt" | "events" | "result">[];
  readonly depth: Pick<QueueStats["depth"], "queued" | "running" | "dead">;
}

async function lookAt(engine: QueueEngine, queue: string): Promise<Look> {
  const jobs: Look["jobs"][number][] = [];
  for (const id of IDS) {
    const job = await engine.get(queue, id);
    if (job === undefined) continue;
    const { state, attempt, events, result } = job;
    jobs.push({ id, state, attempt, events, result });
    const seqs = await seqsOf(engine, job);
    expect(seqs).toEqual(Array.from({ length: events }, (_, index) => index + 1));
  }
  const { queued, running, dead } = (await engine.stats(queue)).depth;
  return { jobs, depth: { queued, running, dead } };
}

async function seqsOf(engine: QueueEngine, { queue, id, events }: JobRecord): Promise<number[]> {
  const seqs: number[] = [];
  // Ended by the signal: a job that has not ended would be read for ever.
  const stop = new AbortController();
  for await (const { seq } of engine.events(queue, id, { from: 1, signal: stop.signal })) {
    seqs.push(seq);
    if (seq === events) stop.abort();
  }
  return seqs;
}

type Leased = Pick<Job, "id" | "token" | "attempt">;

interface ModelJob {
  readonly id: string;
  readonly order: number;
  readonly priority: number;
  readonly maxAttempts: number;
  state: JobState;
  /** Queued: from when; running: until when; ended: since when. */
  at: number;
  attempt: number;
  token: number;
  /** That leased it last. */
  node: string;
  events: number;
  result: string | undefined;
}

/** The contract in its plainest form: a list of jobs, looked through from end to end. */
class Model {
  clockMs: number;
  #jobs: ModelJob[] = [];
  #order = 0;

  constructor(clockMs: number) {
    this.clockMs = clockMs;
  }

  do(write: Write, node: string): unknown {
    if (write.type === "enqueue") return this.#enqueue(write);
    if (write.type === "reclaim") {
      const running = this.#jobs.filter((job) => job.state === "running" && job.node === node);
      for (const job of running) this.#expire(job);
      return running.length;
    }
    const job = this.#jobs.find(({ id }) => id === write.id);
    if (!("token" in write)) return this.#decide(job, write.type);
    const isHeld = job?.state === "running" && job.token === write.token;
    if (!isHeld) return write.type === "nak" ? "lost" : false;
    return this.#work(job, write);
  }

  lease(max: number, leaseMs: number, node: string): readonly Leased[] {
    for (const job of [...this.#jobs]) {
      const { state, at } = job;
      if (state === "running" && at <= this.clockMs) this.#expire(job);
      const keptMs = state === "dead" ? KEPT.deadMs : KEPT.endedMs;
      const isEnded = state === "done" || state === "dead" || state === "cancelled";
      if (isEnded && at + keptMs <= this.clockMs) this.#remove(job);
    }
    const ready = this.#jobs.filter(({ state, at }) => state === "queued" && at <= this.clockMs);
    ready.sort((a, b) => b.priority - a.priority || a.order - b.order);
    return ready.slice(0, max).map((job) => {
      job.attempt += 1;
      job.token += 1;
      job.node = node;
      this.#move(job, "running", leaseMs);
      const { id, token, attempt } = job;
      return { id, token, attempt };
    });
  }

  look(): Look {
    const count = (wanted: JobState) => this.#jobs.filter(({ state }) => state === wanted).length;
    const jobs = this.#jobs.map(({ id, state, attempt, events, result }) => {
      return { id, state, attempt, events, result };
    });
    jobs.sort((a, b) => (a.id < b.id ? -1 : 1));
    return {
      jobs,
      depth: { queued: count("queued"), running: count("running"), dead: count("dead") },
    };
  }

  #decide(job: ModelJob | undefined, what: "cancel" | "requeue"): boolean {
    const from: readonly JobState[] = what === "cancel" ? ["queued", "running"] : ["dead"];
    if (job === undefined || !from.includes(job.state)) return false;
    if (what === "requeue") job.attempt = 0;
    this.#move(job, what === "cancel" ? "cancelled" : "queued");
    return true;
  }

  #enqueue({ id, delayMs, maxAttempts, priority }: Write & { type: "enqueue" }): unknown {
    const old = this.#jobs.find((job) => job.id === id);
    const isOver = old?.state === "done" || old?.state === "cancelled";
    if (old !== undefined && !(isOver && old.at + KEPT.idMs <= this.clockMs)) {
      return { dup: true, isSame: true };
    }
    if (old !== undefined) this.#remove(old);
    this.#order += 1;
    const about = { id, order: this.#order, priority, maxAttempts, state: "queued" } as const;
    const at = this.clockMs + delayMs;
    this.#jobs.push({ ...about, at, attempt: 0, token: 0, node: "", events: 1, result: undefined });
    return { dup: false, isSame: true };
  }

  #work(job: ModelJob, write: Write): unknown {
    switch (write.type) {
      case "extend":
        job.at = this.clockMs + write.ms;
        return true;
      case "note":
        job.events += 1;
        return true;
      case "ack":
        this.#move(job, "done");
        job.result = "r";
        return true;
      case "release":
        job.attempt -= 1;
        this.#move(job, "queued");
        return true;
      case "nak": {
        const isDead = write.isFinal || job.attempt >= job.maxAttempts;
        this.#move(job, isDead ? "dead" : "queued", isDead ? 0 : write.delayMs);
        return isDead ? "dead" : "retry";
      }
      default:
        throw new Error(`"${write.type}" needs no lease`);
    }
  }

  #expire(job: ModelJob): void {
    this.#move(job, job.attempt < job.maxAttempts ? "queued" : "dead");
  }

  #move(job: ModelJob, state: JobState, inMs = 0): void {
    job.state = state;
    job.at = this.clockMs + inMs;
    job.events += 1;
  }

  #remove(job: ModelJob): void {
    this.#jobs = this.#jobs.filter((one) => one !== job);
  }
}
