/** The queue of several machines: tables of a PostgreSQL server that all of them read and write. */
import type {
  Enqueued,
  EnqueueOptions,
  EventsOptions,
  Held,
  Job,
  JobEvent,
  JobPage,
  JobRecord,
  LeaseOptions,
  ListOptions,
  NakOptions,
  NakOutcome,
  Queue,
  QueueStats,
  Transition,
} from "#core/queue.ts";
import { type BatchAnswer, Batches, type Operation } from "#platform/postgres/batches.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";
import { journalClosed, type OwnedFile } from "../journal/failures.ts";
import { Wakeups } from "../journal/wakeups.ts";
import { DEFAULT_ATTEMPTS } from "../queue/job-table.ts";
import { DEFAULT_KEEPING, type Keeping } from "../queue/keeping.ts";
import { MAX_PRIORITY } from "../queue/ranks.ts";
import { MAKES_READY, Pause, readerKey } from "../queue/waking.ts";
import { QueueReads } from "./queue-reads.ts";
import {
  type EventRow,
  type LeaseAnswer,
  leasedJobs,
  noteOf,
  storedText,
  transitionOf,
} from "./queue-rows.ts";
import { isStorable, requireStorable } from "./storable.ts";

export interface PgQueueOptions {
  /** With all its steps taken; stays open when the queue is disposed of. */
  readonly client: PgCalls;
  /** Of this machine, the same after a restart: in whose name jobs are leased. */
  readonly node: string;
  /**
   * The clock, in milliseconds since the epoch; for tests.
   *
   * @default the server's, for the clocks of two nodes differ
   */
  readonly now?: (() => number) | undefined;
  /** @default ids for 5 minutes, what has ended for a day, the dead for 30 days */
  readonly keeping?: Keeping | undefined;
  /** Told of every change that this process made, once it is durable. Must not throw. */
  readonly observe?: ((transition: Transition) => void) | undefined;
  /**
   * How old the number of jobs that have ended may be in `stats`, in milliseconds, and longer where counting takes long.
   *
   * @default 0: it is exact
   */
  readonly endedForMs?: number | undefined;
  /** Longest pause without a look, in milliseconds: a notification may be lost. @default 5000 */
  readonly pollMs?: number | undefined;
}

const POLL_MS = 5000;

interface Look {
  readonly jobs: readonly Job[];
  /** In how many milliseconds there may be more; infinite: after a change. */
  readonly dueMs: number;
}

/** @throws {OrgError} as `PgClient.query` does. */
export async function openPgQueue(options: PgQueueOptions): Promise<PgQueue> {
  return new PgQueue(options, await options.client.serverName());
}

export class PgQueue implements Queue, AsyncDisposable {
  readonly #options: PgQueueOptions;
  readonly #name: OwnedFile;
  readonly #reads: QueueReads;
  readonly #batches: Batches;
  readonly #subscription: AsyncDisposable;
  /** Those who wait for jobs, by queue. */
  readonly #takers = new Wakeups();
  /** Those who wait for events, by queue and job. */
  readonly #readers = new Wakeups();
  #closed: boolean = false;

  /** Use {@link openPgQueue}. @param server its name, to show. */
  constructor(options: PgQueueOptions, server: string) {
    const { client, node, keeping = DEFAULT_KEEPING } = options;
    this.#options = options;
    this.#name = { path: server, noun: "queue" };
    this.#reads = new QueueReads(client, options.endedForMs ?? 0);
    const channel = `${client.schema}_queue`;
    this.#batches = new Batches({
      client,
      call: `select queue_apply($1::text::uuid, $2::text::json, $3::text, $4::text::json,
        $5::text::bigint, $6::text)::text as answer`,
      values: () => [node, JSON.stringify(keeping), this.#clock, channel],
      applied: (whole) => this.#tell(whole),
    });
    this.#subscription = client.listen(channel, {
      onNotify: (payload) => this.#hear(payload),
      onListen: () => this.#wakeAll(),
    });
  }

  async enqueue(queue: string, body: string, options: EnqueueOptions): Promise<Enqueued> {
    const { id, kind = "", delayMs = 0, maxAttempts = DEFAULT_ATTEMPTS } = options;
    const priority = Math.max(-MAX_PRIORITY, Math.min(MAX_PRIORITY, options.priority ?? 0));
    for (const name of [queue, id, kind]) requireStorable("job", name);
    const text = storedText(body);
    return await this.#write(["enqueue", queue, id, kind, delayMs, priority, maxAttempts, text]);
  }

  /** Ends with nothing when the queue is closed meanwhile. */
  async lease(queue: string, options: LeaseOptions): Promise<readonly Job[]> {
    const { waitMs = 0, signal } = options;
    requireStorable("queue", queue);
    const deadline = performance.now() + waitMs;
    for (;;) {
      this.#demandOpen();
      // Begun before the look: notifications in between are received.
      using pause = new Pause(this.#takers, queue);
      const { jobs, dueMs } = await this.#look(queue, options);
      if (jobs.length > 0) return jobs;
      const remainingMs = deadline - performance.now();
      if (remainingMs > 0 && !this.#closed) {
        const { pollMs = POLL_MS } = this.#options;
        // Never 0: a clock that stands still would be asked without end.
        await pause.over(Math.max(1, Math.min(remainingMs, dueMs, pollMs)), signal);
      }
      if (remainingMs <= 0 || signal?.aborted === true || this.#closed) return [];
    }
  }

  extend(held: Held, leaseMs: number): Promise<boolean> {
    return this.#work("extend", held, [null, leaseMs]);
  }

  ack(held: Held, result?: string, note?: string): Promise<boolean> {
    const text = result === undefined ? null : storedText(result);
    return this.#work("ack", held, [noteOf(note), text]);
  }

  nak(held: Held, { delayMs, error, isFinal = false, note }: NakOptions): Promise<NakOutcome> {
    return this.#work("nak", held, [noteOf(note), delayMs, JSON.stringify(error), isFinal]);
  }

  release(held: Held): Promise<boolean> {
    return this.#work("release", held, []);
  }

  note(held: Held, text: string): Promise<boolean> {
    return this.#work("note", held, [noteOf(text)]);
  }

  async cancel(queue: string, id: string): Promise<boolean> {
    return isStorable(queue) && isStorable(id) && (await this.#write(["cancel", queue, id]));
  }

  async requeue(queue: string, id: string): Promise<boolean> {
    return isStorable(queue) && isStorable(id) && (await this.#write(["requeue", queue, id]));
  }

  async reclaim(queue: string): Promise<number> {
    requireStorable("queue", queue);
    return await this.#write(["reclaim", queue]);
  }

  async get(queue: string, id: string): Promise<JobRecord | undefined> {
    this.#demandOpen();
    return isStorable(queue) && isStorable(id) ? await this.#reads.get(queue, id) : undefined;
  }

  async list(queue: string, options: ListOptions): Promise<JobPage> {
    this.#demandOpen();
    return await this.#reads.list(queue, options);
  }

  async dead(queue: string): Promise<readonly JobRecord[]> {
    const all: JobRecord[] = [];
    for (let after: string | undefined; ; ) {
      const { jobs, next } = await this.list(queue, { state: "dead", after, limit: 1000 });
      all.push(...jobs);
      if (next === undefined) return all;
      after = next;
    }
  }

  async *events(queue: string, id: string, options: EventsOptions): AsyncGenerator<JobEvent, void> {
    this.#demandOpen();
    if (!(isStorable(queue) && isStorable(id))) return;
    for await (const page of this.#pages(queue, id, options)) {
      for (const event of page) {
        if (options.signal?.aborted === true) return;
        yield event;
      }
    }
  }

  async stats(queue: string): Promise<QueueStats> {
    this.#demandOpen();
    return await this.#reads.stats(queue, this.#options.now?.());
  }

  /** Sends what was handed in and ends all waiting. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wakeAll();
    await this.#batches.close(journalClosed(this.#name));
    await this.#subscription[Symbol.asyncDispose]();
  }

  get #clock(): string | null {
    const now = this.#options.now?.();
    return now === undefined ? null : String(now);
  }

  async #look(queue: string, { max, leaseMs, without = [], only }: LeaseOptions): Promise<Look> {
    const onlyJson = only === undefined ? null : JSON.stringify(only);
    const operation = ["lease", queue, max, leaseMs, JSON.stringify(without), onlyJson] as const;
    return await this.#batches.submit(operation, ({ answers, bodies }, index) => {
      const answer: LeaseAnswer = answers[index];
      return {
        jobs: leasedJobs(queue, answer, bodies),
        dueMs: answer.dueMs ?? Number.POSITIVE_INFINITY,
      };
    });
  }

  async *#pages(
    queue: string,
    id: string,
    { from, signal }: EventsOptions,
  ): AsyncGenerator<readonly JobEvent[], void> {
    const { pollMs = POLL_MS } = this.#options;
    let first: number | undefined;
    for (let next = from; !this.#closed && signal?.aborted !== true; ) {
      using pause = new Pause(this.#readers, readerKey(queue, id));
      const page = await this.#reads.events(queue, id, next);
      first ??= page?.number;
      // After its time the id may be that of another job.
      if (page === undefined || page.number !== first) return;
      const last = page.events.at(-1);
      if (last !== undefined) {
        yield page.events;
        next = last.seq + 1;
      } else if (page.isEnded) return;
      else await pause.over(pollMs, signal);
    }
  }

  async #work<T>(
    name: string,
    { queue, id, token }: Held,
    values: readonly (string | number | boolean | null)[],
  ): Promise<T> {
    return await this.#write([name, queue, id, token, ...values]);
  }

  async #write<T>(operation: Operation): Promise<T> {
    return await this.#batches.submit<T>(operation);
  }

  #tell({ events }: BatchAnswer): void {
    for (const row of events as readonly EventRow[]) {
      const transition = transitionOf(row);
      const { queue, id, event } = transition;
      this.#readers.wake(readerKey(queue, id));
      if (MAKES_READY.has(event.type)) this.#takers.wake(queue);
      this.#options.observe?.(transition);
    }
  }

  /** What another node changed. "*": all look. */
  #hear(payload: string): void {
    if (payload === "*") {
      this.#wakeAll();
      return;
    }
    const news: {
      readonly queues: readonly string[];
      readonly jobs: readonly (readonly [string, string])[];
    } = JSON.parse(payload);
    for (const queue of news.queues) this.#takers.wake(queue);
    for (const [queue, id] of news.jobs) this.#readers.wake(readerKey(queue, id));
  }

  #wakeAll(): void {
    this.#takers.wakeAll();
    this.#readers.wakeAll();
  }

  #demandOpen(): void {
    if (this.#closed) throw journalClosed(this.#name);
  }
}
