/**
 * The durable queue of a home: one interface, so that the engine underneath can change. Delivery is at
 * least once: a worker keys what it does by the id of the job. All that a call changes is on
 * disk when it resolves.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods
 */

/** `running`: leased to a worker. The last three are ends; of them only `dead` can run again. */
export type JobState = "queued" | "running" | "done" | "dead" | "cancelled";

export const JOB_STATES: readonly JobState[] = ["queued", "running", "done", "dead", "cancelled"];

export interface EnqueueOptions {
  /** Idempotency key, unique in its queue until some time after the job has ended. */
  readonly id: string;
  /** What sort of job it is, for lists and figures. @default "" */
  readonly kind?: string | undefined;
  /** Milliseconds before it may be leased. @default 0 */
  readonly delayMs?: number | undefined;
  /** How often it may be leased before it is dead. @default 5 */
  readonly maxAttempts?: number | undefined;
  /** Higher goes first, from -1000 to 1000; equal ones in the order they came. @default 0 */
  readonly priority?: number | undefined;
}

export interface Enqueued {
  /** The id was there already: nothing was written. */
  readonly dup: boolean;
  /** The job under this id has this body. */
  readonly isSame: boolean;
}

/** Proof that a worker has a job, and since when: the token grows with every lease of it. */
export interface Held {
  readonly queue: string;
  readonly id: string;
  readonly token: number;
}

/** A job that a worker has claimed. */
export interface Job extends Held {
  readonly kind: string;
  readonly body: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface LeaseOptions {
  /** Most jobs at once. */
  readonly max: number;
  /** After so many milliseconds without `extend` others get them. */
  readonly leaseMs: number;
  /** Longest wait for the first one in milliseconds. @default 0 */
  readonly waitMs?: number | undefined;
  /** Kinds that are claimed. @default all */
  readonly only?: readonly string[] | undefined;
  /** Kinds that are skipped, also of those. @default none */
  readonly without?: readonly string[] | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** Why an attempt failed. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

export interface NakOptions {
  /** Milliseconds until the next attempt. */
  readonly delayMs: number;
  readonly error: JobError;
  /** No further attempt would help. @default false */
  readonly isFinal?: boolean | undefined;
  /** Written in the same commit, before the change of state; see `note`. */
  readonly note?: string | undefined;
}

/** `lost`: another worker has the job by now, or none; nothing was changed. */
export type NakOutcome = "retry" | "dead" | "lost";

export interface JobRecord {
  readonly queue: string;
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly body: string;
  readonly priority: number;
  /** How often it was leased since it was enqueued or requeued. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** All times in milliseconds since the epoch. */
  readonly createdAt: number;
  /** Of the last change of state. */
  readonly changedAt: number;
  /** Queued: when it may be leased. Running: when the lease ends. */
  readonly dueAt?: number | undefined;
  /** The argument of `ack`. */
  readonly result?: string | undefined;
  /** Of the last attempt that failed; absent once it is done, or begins anew because a human requested it. */
  readonly error?: JobError | undefined;
  /** Number of its last event. */
  readonly events: number;
}

export type JobEventType =
  | "queued"
  | "started"
  /** Written by the worker, see `note`. */
  | "note"
  | "retry"
  /** The worker gave it back unfinished; the attempt does not count. */
  | "released"
  /** The lease ran out, or the worker's process is gone. */
  | "expired"
  | "requeued"
  | "done"
  | "dead"
  | "cancelled";

/** One line of what happened to a job. */
export interface JobEvent {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: JobEventType;
  readonly attempt: number;
  readonly delayMs?: number | undefined;
  readonly error?: JobError | undefined;
  /** What the worker wrote. */
  readonly note?: string | undefined;
}

/** Said after it is durable. */
export interface Transition {
  readonly queue: string;
  readonly id: string;
  readonly kind: string;
  /** When the job was enqueued, in milliseconds since the epoch. */
  readonly createdAt: number;
  readonly event: JobEvent;
}

export interface ListOptions {
  /** @default all, the newest first; of one state they come in the order in which it treats them */
  readonly state?: JobState | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface EventsOptions {
  /** Number of the first one, from 1. */
  readonly from: number;
  readonly signal?: AbortSignal | undefined;
}

export interface JobPage {
  readonly jobs: readonly JobRecord[];
  /** Where the next page begins; absent behind the last one. */
  readonly next?: string | undefined;
}

export interface QueueStats {
  readonly depth: Readonly<Record<JobState, number>>;
  /** Of those queued that may be leased now, how long the oldest has been there in milliseconds; 0: there is none. */
  readonly oldestMs: number;
  /** How long each running job has been leased, in milliseconds, the longest first; at most 1,000. */
  readonly leasedMs: readonly number[];
}

export interface Queue {
  enqueue(queue: string, body: string, options: EnqueueOptions): Promise<Enqueued>;
  /** Jobs whose leases ran out come back here, and are dead if that was their last attempt. */
  lease(queue: string, options: LeaseOptions): Promise<readonly Job[]>;
  /** The lease ends so many milliseconds from now. @returns false: it is lost, stop working on it. */
  extend(held: Held, leaseMs: number): Promise<boolean>;
  /**
   * @param note written in the same commit, before the end; see `note`.
   * @returns false: it was lost, and neither the result nor the note is stored.
   */
  ack(held: Held, result?: string, note?: string): Promise<boolean>;
  nak(held: Held, options: NakOptions): Promise<NakOutcome>;
  /** Gives it back, to be leased at once; the attempt does not count. @returns false: it was lost. */
  release(held: Held): Promise<boolean>;
  /** Adds to the events of a job, of which there is a bound. @returns false: it was lost. */
  note(held: Held, text: string): Promise<boolean>;
  /** Ends what is queued or running; a worker that has it learns so at `extend`. @returns false: it had ended, or is not there. */
  cancel(queue: string, id: string): Promise<boolean>;
  /** A dead one begins again with its first attempt. @returns false: it is not dead, or not there. */
  requeue(queue: string, id: string): Promise<boolean>;
  get(queue: string, id: string): Promise<JobRecord | undefined>;
  list(queue: string, options: ListOptions): Promise<JobPage>;
  /** The dead, the first to die first. */
  dead(queue: string): Promise<readonly JobRecord[]>;
  /**
   * Events with `seq >= from`, then every further one until the job ends, the queue is closed or the signal
   * aborts. Nothing for a job that is not there.
   */
  events(queue: string, id: string, options: EventsOptions): AsyncIterable<JobEvent>;
  stats(queue: string): Promise<QueueStats>;
  /**
   * Takes back what this node has leased, for its worker that has just begun: no process of this node works on it any
   * more. What other nodes have leased stays theirs until it runs out.
   *
   * @returns how many there were.
   */
  reclaim(queue: string): Promise<number>;
}
