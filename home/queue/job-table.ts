/** How jobs change their states. Runs inside a transaction; the caller reports the events once they are durable. */
import type { Database } from "bun:sqlite";
import type {
  Enqueued,
  EnqueueOptions,
  Held,
  Job,
  JobError,
  JobEvent,
  JobEventType,
  JobState,
  LeaseOptions,
  NakOptions,
  NakOutcome,
  Transition,
} from "#core/queue.ts";
import {
  ENDED,
  type EventAbout,
  type FullRow,
  type JobRow,
  type JobStatements,
  prepareStatements,
  type StoredState,
  stateOf,
} from "./job-rows.ts";
import { dueRanks, type Keeping } from "./keeping.ts";
import { MAX_PRIORITY, readyRank } from "./ranks.ts";

export const DEFAULT_ATTEMPTS = 5;
/** Most jobs that one lease wakes, takes back or clears away beside what it is for. */
const UPKEEP = 100;
/** Events of a job after which notes are dropped; changes of its state are always written. */
const MAX_EVENTS = 1000;
/** The last note of a job that wrote too many. */
const DROPPED_NOTE = '{"type":"dropped"}';

const WORKER_LOST: JobError = {
  code: "WORKER_LOST",
  message: "the worker stopped responding",
};

export interface JobTableOptions {
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  readonly keeping: Keeping;
  /** In whose name jobs are leased. */
  readonly node: string | undefined;
}

interface Move {
  readonly state: StoredState;
  /** What the state is ordered by. @default now */
  readonly rank?: number;
  readonly attempt?: number;
  readonly token?: number;
  readonly result?: string | undefined;
  /** Leased: by which node. */
  readonly node?: string | undefined;
  readonly type: JobEventType;
  readonly about?: EventAbout;
}

export class JobTable {
  readonly statements: JobStatements;
  readonly #now: () => number;
  readonly #keeping: Keeping;
  readonly #node: string | undefined;
  /** By queue; we are the only writer, so no other process can change them. */
  readonly #depths = new Map<string, Record<JobState, number>>();
  #transitions: Transition[] = [];

  constructor(database: Database, { now, keeping, node }: JobTableOptions) {
    this.statements = prepareStatements(database);
    this.#now = now;
    this.#keeping = keeping;
    this.#node = node;
  }

  /** Does one piece of work and gives with its result what changed. */
  during<T>(work: () => T): { readonly value: T; readonly transitions: readonly Transition[] } {
    this.#transitions = [];
    return { value: work(), transitions: this.#transitions };
  }

  /** Something was undone: what was remembered is wrong. */
  forget(): void {
    this.#depths.clear();
  }

  depthOf(queue: string): Readonly<Record<JobState, number>> {
    const cached = this.#depths.get(queue);
    if (cached !== undefined) return cached;
    const depth = { queued: 0, running: 0, done: 0, dead: 0, cancelled: 0 };
    for (const { state, count } of this.statements.counts.all(queue)) {
      depth[stateOf(state)] += count;
    }
    this.#depths.set(queue, depth);
    return depth;
  }

  enqueue(queue: string, body: string, options: EnqueueOptions): Enqueued {
    const { id, kind = "", delayMs = 0, maxAttempts = DEFAULT_ATTEMPTS } = options;
    const old = this.statements.findFull.get(queue, id);
    if (old !== null && !this.#isForgotten(old)) return { dup: true, isSame: old.body === body };
    if (old !== null) this.#remove(old);
    const at = this.#now();
    const priority = Math.max(-MAX_PRIORITY, Math.min(MAX_PRIORITY, options.priority ?? 0));
    const state: StoredState = delayMs > 0 ? "delayed" : "ready";
    const values = [queue, id, kind, state, at + delayMs, priority, maxAttempts, at, at, body];
    const number = this.statements.insert.get(...values)?.number ?? 0;
    if (state === "ready") this.statements.rank.run(readyRank({ priority, number }), number);
    this.#count(queue, undefined, state);
    const fresh = { number, queue, id, kind, createdAt: at, attempt: 0, events: 0 };
    this.#event(fresh, "queued", delayMs > 0 ? { delayMs } : undefined);
    this.statements.countEvent.run(number);
    return { dup: false, isSame: true };
  }

  /** Whether `lease` or `keepHouse` would change anything. */
  isDue(queue: string): boolean {
    const first = (state: StoredState) => this.statements.firstRank.get(queue, state)?.rank;
    const due = dueRanks(this.#keeping, this.#now());
    return (
      first("ready") !== undefined ||
      due.some(([state, rank]) => (first(state) ?? Infinity) <= rank)
    );
  }

  /** When there may be something to lease again, in milliseconds since the epoch; Infinity: after a change. */
  nextDue(queue: string): number {
    const first = (state: StoredState) =>
      this.statements.firstRank.get(queue, state)?.rank ?? Infinity;
    return Math.min(first("delayed"), first("running"));
  }

  lease(queue: string, { max, leaseMs, without = [], only }: LeaseOptions): readonly Job[] {
    this.#keepHouse(queue);
    const rank = this.#now() + leaseMs;
    const node = this.#node;
    const onlyJson = only === undefined ? null : JSON.stringify(only);
    const { readyOnes } = this.statements;
    return readyOnes.all(queue, JSON.stringify(without), onlyJson, max).map((row) => {
      const [attempt, token] = [row.attempt + 1, row.token + 1];
      this.#move(row, { state: "running", rank, attempt, token, node, type: "started" });
      const { id, kind, body, maxAttempts, createdAt } = row;
      return { queue, id, kind, body, attempt, maxAttempts, token, createdAt };
    });
  }

  extend(held: Held, leaseMs: number): boolean {
    const row = this.#held(held);
    if (row !== undefined) this.statements.extend.run(this.#now() + leaseMs, row.number);
    return row !== undefined;
  }

  ack(held: Held, result: string | undefined, note: string | undefined): boolean {
    if (note !== undefined) this.note(held, note);
    const row = this.#held(held);
    if (row !== undefined) this.#move(row, { state: "done", result, type: "done" });
    return row !== undefined;
  }

  nak(held: Held, { delayMs, error, isFinal = false, note }: NakOptions): NakOutcome {
    if (note !== undefined) this.note(held, note);
    const row = this.#held(held);
    if (row === undefined) return "lost";
    if (isFinal || row.attempt >= row.maxAttempts) {
      this.#move(row, { state: "dead", type: "dead", about: { error } });
      return "dead";
    }
    this.#queue(row, delayMs, { type: "retry", about: { delayMs, error } });
    return "retry";
  }

  release(held: Held): boolean {
    const row = this.#held(held);
    if (row !== undefined) this.#queue(row, 0, { type: "released", attempt: row.attempt - 1 });
    return row !== undefined;
  }

  note(held: Held, note: string): boolean {
    const row = this.#held(held);
    if (row === undefined) return false;
    if (row.events >= MAX_EVENTS) return true;
    this.#event(row, "note", { note: row.events === MAX_EVENTS - 1 ? DROPPED_NOTE : note });
    this.statements.countEvent.run(row.number);
    return true;
  }

  cancel(queue: string, id: string): boolean {
    const row = this.statements.find.get(queue, id);
    if (row === null || ENDED.has(row.state)) return false;
    this.#move(row, { state: "cancelled", type: "cancelled" });
    return true;
  }

  requeue(queue: string, id: string): boolean {
    const row = this.statements.find.get(queue, id);
    if (row?.state !== "dead") return false;
    this.#queue(row, 0, { type: "requeued", attempt: 0 });
    return true;
  }

  reclaim(queue: string): number {
    const rows = this.statements.leasedBy.all(queue, this.#node ?? null);
    for (const row of rows) this.#expire(row);
    return rows.length;
  }

  #keepHouse(queue: string): void {
    for (const [state, rank] of dueRanks(this.#keeping, this.#now())) {
      for (const row of this.statements.upTo.all(queue, state, rank, UPKEEP)) {
        if (state === "delayed") this.#wake(row);
        else if (state === "running") this.#expire(row);
        else this.#remove(row);
      }
    }
  }

  /** Its time has come: no event, for nothing has happened to it. */
  #wake(row: JobRow): void {
    const { number, attempt, token, changedAt, events, error } = row;
    const { move } = this.statements;
    move.run("ready", readyRank(row), attempt, token, changedAt, events, error, null, null, number);
  }

  #expire(row: JobRow): void {
    const about = { error: WORKER_LOST };
    if (row.attempt < row.maxAttempts) this.#queue(row, 0, { type: "expired", about });
    else this.#move(row, { state: "dead", type: "dead", about });
  }

  #queue(row: JobRow, delayMs: number, what: Pick<Move, "type" | "about" | "attempt">): void {
    if (delayMs <= 0) this.#move(row, { state: "ready", rank: readyRank(row), ...what });
    else this.#move(row, { state: "delayed", rank: this.#now() + delayMs, ...what });
  }

  #move(row: JobRow, { state, rank, result, node, type, about, ...to }: Move): void {
    const { number, attempt, token } = { ...row, ...to };
    const at = this.#now();
    // What went wrong before a success, or before a human's new start, stands in its events alone.
    const previousError = type === "done" || type === "requeued" ? null : row.error;
    const error = about?.error === undefined ? previousError : JSON.stringify(about.error);
    const values = [state, rank ?? at, attempt, token, at, row.events + 1, error];
    this.statements.move.run(...values, result ?? null, node ?? null, number);
    this.#count(row.queue, row.state, state);
    this.#event({ ...row, attempt }, type, about);
  }

  #event(
    { number, queue, id, kind, createdAt, attempt, events }: EventOwner,
    type: JobEventType,
    about: EventAbout = {},
  ): void {
    const seq = events + 1;
    const at = this.#now();
    const text = Object.keys(about).length === 0 ? null : JSON.stringify(about);
    this.statements.addEvent.run(number, seq, at, type, attempt, text);
    const event: JobEvent = { seq, at, type, attempt, ...about };
    this.#transitions.push({ queue, id, kind, createdAt, event });
  }

  #remove({ number, queue, state }: JobRow): void {
    this.statements.removeEvents.run(number);
    this.statements.remove.run(number);
    this.#count(queue, state, undefined);
  }

  #count(queue: string, from: StoredState | undefined, to: StoredState | undefined): void {
    // Depths of a queue not requested yet are counted, all of them, at the first request.
    const depth = this.#depths.get(queue);
    if (depth === undefined) return;
    if (from !== undefined) depth[stateOf(from)] -= 1;
    if (to !== undefined) depth[stateOf(to)] += 1;
  }

  #held({ queue, id, token }: Held): JobRow | undefined {
    const row = this.statements.find.get(queue, id);
    // A lease that ran out is still held as long as no other worker was given the job.
    return row?.state === "running" && row.token === token ? row : undefined;
  }

  #isForgotten({ state, changedAt }: FullRow): boolean {
    const ended = state === "done" || state === "cancelled";
    return ended && changedAt + this.#keeping.idMs <= this.#now();
  }
}

type EventOwner = Pick<
  JobRow,
  "number" | "queue" | "id" | "kind" | "createdAt" | "attempt" | "events"
>;
