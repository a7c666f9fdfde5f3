/** What the conformance tests stand on: an engine on an empty folder, with a clock they can move. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Enqueued, Job, JobRecord, Queue, Transition } from "#core/queue.ts";

export type QueueEngine = Queue & AsyncDisposable;

/** Short enough that a test outlives them by moving the clock, in milliseconds. */
export const KEPT = { idMs: 100, endedMs: 200, deadMs: 300 } as const;

interface EngineOptions {
  /** Whose claims `reclaim` takes back. */
  readonly node: string;
  readonly now: () => number;
  readonly keeping: typeof KEPT;
  readonly observe: (transition: Transition) => void;
}

/** Opens the queue of a folder; opened again, it must hold what the one before left. */
export type OpenQueueEngine = (folder: string, options: EngineOptions) => Promise<QueueEngine>;

export class QueueBench implements AsyncDisposable {
  readonly #folder: string;
  readonly #open: OpenQueueEngine;
  #engine: QueueEngine | undefined;
  /** What the engine's clock shows, in milliseconds since the epoch. */
  clockMs = 1_000_000;
  readonly seen: Transition[] = [];
  /** The node that the engine belongs to. */
  node = "a";

  private constructor(folder: string, open: OpenQueueEngine) {
    this.#folder = folder;
    this.#open = open;
  }

  static async with(open: OpenQueueEngine): Promise<QueueBench> {
    const bench = new QueueBench(await mkdtemp(join(tmpdir(), "org-queue-")), open);
    await bench.reopen();
    return bench;
  }

  get engine(): QueueEngine {
    if (this.#engine === undefined) throw new Error("The engine is not open");
    return this.#engine;
  }

  /** @param node that it belongs to from then on. @default the one before */
  async reopen(node: string = this.node): Promise<void> {
    await this.#engine?.[Symbol.asyncDispose]();
    this.node = node;
    this.#engine = await this.#open(this.#folder, {
      node,
      now: () => this.clockMs,
      keeping: KEPT,
      observe: (transition) => this.seen.push(transition),
    });
  }

  /** Puts jobs into the queue "q", each with its id as body. */
  async put(...ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.enqueue(id)));
  }

  enqueue(id: string, options: Partial<Parameters<Queue["enqueue"]>[2]> = {}): Promise<Enqueued> {
    return this.engine.enqueue("q", id, { id, ...options });
  }

  lease(max = 1, leaseMs = 50): Promise<readonly Job[]> {
    return this.engine.lease("q", { max, leaseMs });
  }

  /** The only job that can be leased. */
  async one(): Promise<Job> {
    const [job, ...more] = await this.lease(2);
    if (job === undefined || more.length > 0) throw new Error("There is not exactly one job");
    return job;
  }

  async get(id: string): Promise<JobRecord> {
    const job = await this.engine.get("q", id);
    if (job === undefined) throw new Error(`There is no job "${id}"`);
    return job;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
