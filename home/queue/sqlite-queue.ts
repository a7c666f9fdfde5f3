/** The queue of one machine: an SQLite file that a single process owns and writes. */

import { type Database, SQLiteError } from "bun:sqlite";
import type { FrozenFile } from "#core/frozen-file.ts";
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
import { eraseRows, sweepPages } from "../erase-database.ts";
import { CommitQueue } from "../journal/commit-queue.ts";
import { journalClosed, journalFailed, type OwnedFile } from "../journal/failures.ts";
import { FreezableFile } from "../journal/frozen-file.ts";
import { type FindOwner, openDatabase } from "../journal/open-database.ts";
import { Wakeups } from "../journal/wakeups.ts";
import { agesOf, listJobs } from "./job-reads.ts";
import { ENDED, eventOf, recordOf } from "./job-rows.ts";
import { JobTable } from "./job-table.ts";
import { DEFAULT_KEEPING, type Keeping } from "./keeping.ts";
import { addNode, QUEUE_FORMAT } from "./schema.ts";
import { MAKES_READY, readerKey } from "./waking.ts";

export interface SqliteQueueOptions {
  /** Asked who owns the home when the file is taken; see `describeOwner`. */
  readonly owner?: FindOwner;
  /**
   * The clock, in milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /** @default ids for 5 minutes, what has ended for a day, the dead for 30 days */
  readonly keeping?: Keeping;
  /** The node under which jobs are leased, and requeued when it is gone. @default the only node there is */
  readonly node?: string | undefined;
  /** Told of every change of a job, in order, once it is durable. Must not throw. */
  readonly observe?: (transition: Transition) => void;
}

/** Longest pause of who waits for a job, whatever the clock says, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Opens or creates a queue; this process alone owns it until it is disposed.
 *
 * @throws {OrgError} `HOME_BUSY` at once while another process owns it; `JOURNAL_CORRUPT` for a damaged
 *   or foreign file, which stays untouched; `JOURNAL_FAILED` when the system refuses.
 */
export async function openSqliteQueue(
  path: string,
  options: SqliteQueueOptions = {},
): Promise<SqliteQueue> {
  const findOwner = options.owner ?? (() => Promise.resolve(undefined));
  const database = await openDatabase(path, QUEUE_FORMAT, findOwner);
  try {
    addNode(database);
  } catch (error) {
    database.close(true);
    throw journalFailed({ path, noun: "queue" }, error);
  }
  return new SqliteQueue(database, path, options);
}

export class SqliteQueue implements Queue, AsyncDisposable {
  readonly #database: Database;
  readonly #file: OwnedFile;
  readonly #now: () => number;
  readonly #observe: ((transition: Transition) => void) | undefined;
  readonly #table: JobTable;
  readonly #commits: CommitQueue;
  readonly #freezable: FreezableFile;
  /** Those who wait for jobs, by queue. */
  readonly #takers = new Wakeups();
  /** Those who wait for events, by queue and job. */
  readonly #readers = new Wakeups();
  #closed: boolean = false;

  /** Use {@link openSqliteQueue}, which checks and locks the file. */
  constructor(database: Database, path: string, options: SqliteQueueOptions) {
    this.#database = database;
    this.#file = { path, noun: "queue" };
    this.#now = options.now ?? Date.now;
    this.#freezable = new FreezableFile(database, path);
    this.#observe = options.observe;
    this.#table = new JobTable(database, {
      ...{ now: this.#now, keeping: options.keeping ?? DEFAULT_KEEPING, node: options.node },
    });
    this.#commits = new CommitQueue(database, {
      committed: () => undefined,
      rolledBack: () => this.#table.forget(),
      explain: (error) => journalFailed(this.#file, error),
    });
  }

  /** What the disk answered when nothing more was written from then on; `undefined` while all is well. */
  get broken(): unknown {
    return this.#commits.broken;
  }

  /** Moves the log of the file into it, as far as no reader needs it, and shortens it. */
  checkpoint(): void {
    this.#demandOpen();
    // What a backup reads stays as it is; the log is brought into the file afterwards.
    if (this.#freezable.isHeld) return;
    this.#database.run("pragma wal_checkpoint(truncate)");
  }

  enqueue(queue: string, body: string, options: EnqueueOptions): Promise<Enqueued> {
    return this.#write((table) => table.enqueue(queue, body, options));
  }

  /** Ends with nothing when the queue is closed meanwhile. */
  async lease(queue: string, options: LeaseOptions): Promise<readonly Job[]> {
    const { waitMs = 0, signal } = options;
    const deadline = performance.now() + waitMs;
    for (;;) {
      this.#demandOpen();
      // A look first: waiting for work must not write to the disk.
      if (this.#table.isDue(queue)) {
        const jobs = await this.#write((table) => table.lease(queue, options));
        if (jobs.length > 0) return jobs;
      }
      const remainingMs = deadline - performance.now();
      // Nothing can be missed: no commit fits between the look at the disk and the pause.
      if (remainingMs > 0 && signal?.aborted !== true)
        await this.#pause(queue, remainingMs, signal);
      if (remainingMs <= 0 || signal?.aborted === true || this.#closed) return [];
    }
  }

  extend(held: Held, leaseMs: number): Promise<boolean> {
    return this.#write((table) => table.extend(held, leaseMs));
  }

  ack(held: Held, result?: string, note?: string): Promise<boolean> {
    return this.#write((table) => table.ack(held, result, note));
  }

  nak(held: Held, options: NakOptions): Promise<NakOutcome> {
    return this.#write((table) => table.nak(held, options));
  }

  release(held: Held): Promise<boolean> {
    return this.#write((table) => table.release(held));
  }

  note(held: Held, text: string): Promise<boolean> {
    return this.#write((table) => table.note(held, text));
  }

  cancel(queue: string, id: string): Promise<boolean> {
    return this.#write((table) => table.cancel(queue, id));
  }

  requeue(queue: string, id: string): Promise<boolean> {
    return this.#write((table) => table.requeue(queue, id));
  }

  /**
   * Removes a text from all jobs and their events; no page of the file and no log of it holds the text then.
   *
   * @param change the same text where there is nothing to erase.
   * @throws {OrgError} `JOURNAL_FAILED` when the system refuses.
   */
  async erase(change: (text: string) => string): Promise<void> {
    this.#demandOpen();
    this.#database.run("pragma secure_delete = on");
    await this.#commits.submit(() => eraseRows(this.#database, change));
    this.#freezable.break();
    try {
      sweepPages(this.#database);
    } catch (error) {
      throw error instanceof SQLiteError ? journalFailed(this.#file, error) : error;
    }
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  reclaim(queue: string): Promise<number> {
    return this.#write((table) => table.reclaim(queue));
  }

  async get(queue: string, id: string): Promise<JobRecord | undefined> {
    this.#demandOpen();
    const row = this.#table.statements.findFull.get(queue, id);
    return row === null ? undefined : recordOf(row);
  }

  async list(queue: string, options: ListOptions): Promise<JobPage> {
    this.#demandOpen();
    return listJobs(this.#table.statements, queue, options);
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
    const { from, signal } = options;
    this.#demandOpen();
    const { find, events } = this.#table.statements;
    const first = find.get(queue, id)?.number;
    let next = from;
    while (!this.#closed) {
      const job = find.get(queue, id);
      // After its time the id may be that of another job.
      if (job === null || job.number !== first) return;
      const page = events.all(job.number, next);
      for (const row of page) {
        if (signal?.aborted === true) return;
        yield eventOf(row);
        next = row.seq + 1;
      }
      if (page.length > 0) continue;
      if (signal?.aborted === true) return;
      if (ENDED.has(job.state)) return;
      await this.#readers.wait(readerKey(queue, id), signal);
    }
  }

  async stats(queue: string): Promise<QueueStats> {
    this.#demandOpen();
    const depth = { ...this.#table.depthOf(queue) };
    return { depth, ...agesOf(this.#table.statements, queue, this.#now()) };
  }

  /** For a backup by another process: until it is disposed of, the file is read without a lock. */
  freeze(): FrozenFile {
    this.#demandOpen();
    return this.#freezable.freeze();
  }

  /** Commits what was handed in, ends all waiting and gives the file to others. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#commits.close(journalClosed(this.#file));
    this.#closed = true;
    this.#takers.wakeAll();
    this.#readers.wakeAll();
    this.#freezable.break();
    this.#database.close(true);
  }

  async #write<T>(work: (table: JobTable) => T): Promise<T> {
    const table = this.#table;
    const { value, transitions } = await this.#commits.submit(() =>
      table.during(() => work(table)),
    );
    for (const transition of transitions) this.#tell(transition);
    return value;
  }

  #tell(transition: Transition): void {
    const { queue, id, event } = transition;
    this.#readers.wake(readerKey(queue, id));
    if (MAKES_READY.has(event.type)) this.#takers.wake(queue);
    this.#observe?.(transition);
  }

  /** Until something may be leased, the time is over or the signal is aborted. */
  async #pause(queue: string, remainingMs: number, signal: AbortSignal | undefined): Promise<void> {
    const dueMs = this.#table.nextDue(queue) - this.#now();
    // Never 0: a clock that stands still would be asked without end.
    const pauseMs = Math.max(1, Math.min(remainingMs, dueMs, LONGEST_PAUSE_MS));
    const over = new AbortController();
    const stop = (): void => over.abort();
    const timer = setTimeout(stop, pauseMs);
    signal?.addEventListener("abort", stop);
    await this.#takers.wait(queue, over.signal);
    signal?.removeEventListener("abort", stop);
    clearTimeout(timer);
  }

  #demandOpen(): void {
    if (this.#closed) throw journalClosed(this.#file);
  }
}
