/** Works on what is in a queue: leases jobs, keeps the leases while their work is done, and settles them. */
import type { Job, Queue } from "#core/queue.ts";
import { backoffMs } from "./backoff.ts";
import { failureOf } from "./job-failure.ts";

export interface WorkerPoolOptions {
  readonly queue: Queue;
  /** Its name. */
  readonly name: string;
  /** How many jobs may run at once. */
  readonly workers: number;
  /**
   * Does a job.
   *
   * @param signal aborts when the job is lost or the pool leaves.
   * @param close takes a note that is kept in the same commit as the end of the attempt; the last one counts.
   * @returns its result, as text: kept unless the job is lost.
   */
  readonly run: (job: Job, signal: AbortSignal, close: (note: string) => void) => Promise<string>;
  /** Told of what no caller hears: the queue could not be read or written. */
  readonly report: (error: unknown) => void;
  /** How long a lease lasts without a sign of life, in milliseconds. @default 30,000 */
  readonly leaseMs?: number | undefined;
  /** Kinds that are taken. @default all */
  readonly only?: readonly string[] | undefined;
  /** Kinds that are not taken, asked before each. @default none */
  readonly paused?: (() => readonly string[]) | undefined;
  /** Milliseconds until the attempt after this one. @default see `backoffMs` */
  readonly backoff?: ((attempt: number) => number) | undefined;
}

const LEASE_MS = 30_000;
/** Three signs of life in the time of a lease: two may be late. */
const HEARTBEATS = 3;
/** Longest wait for work before the queue is looked at anyway, in milliseconds. */
const IDLE_MS = 30_000;
/** Pause after the queue could not be read, in milliseconds. */
const TROUBLE_MS = 1000;
/** How long work that was aborted may take to end, in milliseconds. */
const GRACE_MS = 2000;

interface Running {
  readonly job: Job;
  /** Its last sign of life, in milliseconds of the clock of the process. */
  aliveAt: number;
  readonly stop: AbortController;
  readonly done: Promise<void>;
  /** Its work is over, and its end is on the way to the disk: the worker is free. */
  isSettling: boolean;
}

/** The job belongs to another worker, or to none any more. */
class JobLost extends Error {
  override readonly name: string = "JobLost";
}

/** A person or a program wants no more of it. */
export class JobCancelled extends JobLost {}

/** The process leaves; the job goes back. */
class PoolLeaves extends Error {
  override readonly name = "PoolLeaves";
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #leaseMs: number;
  readonly #running = new Set<Running>();
  /** Ids of jobs that were taken from work that hung. */
  readonly #hung = new Set<string>();
  readonly #leaving = new AbortController();
  /** Woken when a worker has become free. */
  #free = Promise.withResolvers<void>();
  #loop: Promise<void> | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
  }

  /** How many jobs run at the moment. */
  get busy(): number {
    return this.#running.size;
  }

  /** Takes back what a process of this node before this one had leased, and begins to work. */
  async start(): Promise<void> {
    const { queue, name } = this.#options;
    await queue.reclaim(name);
    this.#loop ??= this.#work();
  }

  /** How long no job that runs has given a sign of life, in milliseconds; 0 while none runs. */
  get silentMs(): number {
    const last = Math.max(...[...this.#running].map(({ aliveAt }) => aliveAt));
    return this.#running.size === 0 ? 0 : Math.max(0, performance.now() - last);
  }

  /** A job shows that it goes on. */
  alive(id: string): void {
    for (const one of this.#running) if (one.job.id === id) one.aliveAt = performance.now();
  }

  /**
   * Takes the jobs away from their work that have given no sign of life for so long, also from work that ignores its
   * signal. Each begins again, and is dead where it hangs a second time.
   *
   * @returns how many.
   */
  async dropSilent(silentMs: number): Promise<number> {
    const { queue, backoff = backoffMs } = this.#options;
    const now = performance.now();
    const silent = [...this.#running].filter(({ aliveAt }) => now - aliveAt >= silentMs);
    for (const one of silent) {
      const { job, stop } = one;
      stop.abort(new JobLost("it hangs"));
      const isFinal = this.#hung.has(job.id);
      this.#hung.add(job.id);
      const message = isFinal ? "it hung twice" : "it gave no sign of life";
      const error = { code: "HUNG", message };
      await queue.nak(job, { error, isFinal, delayMs: backoff(job.attempt) });
      this.#leave(one);
    }
    return silent.length;
  }

  /** Ends the work on a job that was cancelled. */
  abort(id: string): void {
    for (const { job, stop } of this.#running) {
      if (job.id === id) stop.abort(new JobCancelled("it was cancelled"));
    }
  }

  /**
   * Takes no further jobs, and resolves when those that run have ended or were given back.
   *
   * @param limitMs how long they may go on, in milliseconds.
   */
  async drain(limitMs: number): Promise<void> {
    this.#leaving.abort(new PoolLeaves());
    // A caller that waits for a free worker need not wait any more.
    this.#free.resolve();
    await this.#loop;
    const all = Promise.all([...this.#running].map(({ done }) => done));
    if (await isOver(all, limitMs)) return;
    for (const { stop } of this.#running) stop.abort(new PoolLeaves());
    // What does not obey keeps its lease, and the process that starts next takes that back.
    await isOver(all, GRACE_MS);
  }

  async #work(): Promise<void> {
    const { queue, name, workers, report, only, paused } = this.#options;
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      const max = workers - [...this.#running].filter((one) => !one.isSettling).length;
      if (max === 0) {
        await this.#free.promise;
        continue;
      }
      try {
        const leaseMs = this.#leaseMs;
        const without = paused?.();
        const claim = { max, leaseMs, waitMs: IDLE_MS, only, without, signal };
        const jobs = await queue.lease(name, claim);
        for (const job of jobs) this.#begin(job);
      } catch (error) {
        report(error);
        await pause(TROUBLE_MS, signal);
      }
    }
  }

  #begin(job: Job): void {
    const stop = new AbortController();
    // What was leased in the moment of leaving goes back at once.
    if (this.#leaving.signal.aborted) stop.abort(new PoolLeaves());
    const settle = (): void => {
      running.isSettling = true;
      this.#wake();
    };
    const settled = this.#do(job, stop, settle).catch(this.#options.report);
    const done = settled.then(() => this.#leave(running));
    const running: Running = {
      ...{ job, stop, done, aliveAt: performance.now() },
      isSettling: false,
    };
    this.#running.add(running);
  }

  #leave(running: Running): void {
    if (this.#running.delete(running)) this.#wake();
  }

  #wake(): void {
    this.#free.resolve();
    this.#free = Promise.withResolvers();
  }

  async #do(job: Job, stop: AbortController, settle: () => void): Promise<void> {
    const { queue, run } = this.#options;
    using _ = this.#heartbeat(job, stop);
    let result: string;
    let last: string | undefined;
    try {
      stop.signal.throwIfAborted();
      result = await run(job, stop.signal, (note) => {
        last = note;
      });
    } catch (error) {
      await this.#settle(job, { error, note: last }, stop.signal);
      return;
    }
    // When it is lost its result is dropped: another worker has done the same, or it is not wanted any more.
    const acked = queue.ack(job, result, last);
    // What is asked for in the same moment is one commit: the end of this job, and the next one.
    settle();
    await acked;
  }

  async #settle(
    job: Job,
    { error, note }: { readonly error: unknown; readonly note: string | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const { queue, backoff = backoffMs } = this.#options;
    if (signal.reason instanceof JobLost) return;
    if (signal.reason instanceof PoolLeaves) {
      await queue.release(job);
      return;
    }
    await queue.nak(job, { ...failureOf(error), delayMs: backoff(job.attempt), note });
  }

  #heartbeat(job: Job, stop: AbortController): Disposable {
    const { queue, report } = this.#options;
    const beat = async (): Promise<void> => {
      const isHeld = await queue.extend(job, this.#leaseMs);
      if (!isHeld) stop.abort(new JobLost("its lease ran out"));
    };
    const timer = setInterval(() => void beat().catch(report), this.#leaseMs / HEARTBEATS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}

/** @returns false when it was not over in time. */
async function isOver(all: Promise<unknown>, limitMs: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), limitMs);
  const over = await Promise.race([all.then(() => true as const), late.promise]);
  clearTimeout(timer);
  return over;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const end = (): void => over.resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener("abort", end, { once: true });
  if (!signal.aborted) await over.promise;
  signal.removeEventListener("abort", end);
  clearTimeout(timer);
}
