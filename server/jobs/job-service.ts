/** What can be asked of the jobs of a home; by whatever interface. */
import type { LimitOverrides } from "#core/cycles/limits.ts";
import type { JobError, JobEventType, JobState, QueueStats } from "#core/queue.ts";
import type { BuiltInTask } from "#home/settings/heartbeat-settings.ts";

export type JobKind = "goal" | "message" | "tool" | "workflow" | "task";

/** Plain data, as JSON has it. */
export type JobData =
  | string
  | number
  | boolean
  | null
  | readonly JobData[]
  | { readonly [key: string]: JobData };

export type JobInputs = Readonly<Record<string, JobData>>;

/** What is to be done. */
export type JobWork =
  /** Done in cycles, with the tools that need no approval, until it is reached or a limit ends it. */
  | {
      readonly kind: "goal";
      readonly text: string;
      /** @default those of the settings, and of the profile */
      readonly limits?: LimitOverrides | undefined;
      /** Names of the tools that it may use. @default all that need no approval */
      readonly tools?: readonly string[] | undefined;
    }
  /** For a persona, in a room that is there or, without one, in a room of its own. */
  | {
      readonly kind: "message";
      readonly text: string;
      readonly room?: string | undefined;
      readonly persona?: string | undefined;
    }
  | { readonly kind: "tool"; readonly tool: string; readonly args: JobInputs }
  | { readonly kind: "workflow"; readonly workflow: string; readonly inputs: JobInputs }
  /** What every home does by itself; no caller asks for it over HTTP. */
  | { readonly kind: "task"; readonly task: BuiltInTask };

export interface JobRequest {
  readonly work: JobWork;
  /** The id of the job: who repeats it gets the same job. @default a new one */
  readonly requestId?: string | undefined;
  /** Higher goes first, -100 to 100. @default 0 */
  readonly priority?: number | undefined;
  /** 1 to 100. @default 5 */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds before it begins, at most a week. @default 0 */
  readonly delayMs?: number | undefined;
}

export interface Submitted {
  readonly id: string;
  /** A job of the same content was there already under this id. */
  readonly dup: boolean;
}

/** A job as its caller sees it. Times are milliseconds since the epoch. */
export interface JobView {
  readonly id: string;
  /** Equal to `id`; the name under which logs and events carry it. */
  readonly requestId: string;
  readonly state: JobState;
  readonly work: JobWork;
  readonly priority: number;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly createdAt: number;
  /** Of the last change of state. */
  readonly changedAt: number;
  /** While it is queued: when it may begin. */
  readonly notBefore?: number | undefined;
  /** What it gave, when it is done. */
  readonly result?: JobData | undefined;
  /** Of the last attempt that failed. */
  readonly error?: JobError | undefined;
  /** Number of its last event. */
  readonly events: number;
}

/** One step of a job's trace. */
export interface JobTraceEvent {
  /** From 1, without gaps: what a reader sends as `Last-Event-ID`. */
  readonly seq: number;
  readonly requestId: string;
  readonly at: number;
  /** `note`: what the work itself told, in `data`; all others are changes of the job's state. */
  readonly type: JobEventType;
  readonly attempt: number;
  /** With `retry`: milliseconds until the next attempt. */
  readonly delayMs?: number | undefined;
  readonly error?: JobError | undefined;
  /** Of a room: its events without raw tool output. Of a workflow: its steps. */
  readonly data?: JobData | undefined;
}

export interface JobList {
  readonly jobs: readonly JobView[];
  /** Pass it as `after` for the next page; absent behind the last one. */
  readonly next?: string | undefined;
}

export interface JobListOptions {
  readonly state?: JobState | undefined;
  readonly after?: string | undefined;
  /** 1 to 1,000. @default 100 */
  readonly limit?: number | undefined;
}

export interface JobStats extends QueueStats {
  /** How many jobs may run at once. */
  readonly workers: number;
  /** How many do, in this process. */
  readonly busy: number;
}

/** A change of a job's state, told after it is on disk. */
export interface JobChange {
  readonly id: string;
  readonly requestId: string;
  readonly kind: JobKind;
  readonly type: Exclude<JobEventType, "note">;
  readonly attempt: number;
  /** With `started`: milliseconds since it was submitted. */
  readonly waitedMs?: number | undefined;
  /** With what ends an attempt in this process: how long it ran, in milliseconds. */
  readonly ranMs?: number | undefined;
  readonly error?: JobError | undefined;
}

export type JobObserver = (change: JobChange) => void;

export interface JobService {
  /** This machine among those that share the jobs; absent: it is the only one. */
  readonly node?: string | undefined;
  /**
   * On disk when it resolves.
   *
   * @throws {OrgError} `INPUT_INVALID`; `JOB_CONFLICT` when the id belongs to a job of other content;
   *   `JOB_REFUSED` while the process is leaving or too much is queued.
   */
  submit(request: JobRequest): Promise<Submitted>;
  /** @throws {OrgError} `JOB_UNKNOWN` */
  get(id: string): Promise<JobView>;
  /** @throws {OrgError} `INPUT_INVALID` for an `after` that no page gave. */
  list(options?: JobListOptions): Promise<JobList>;
  /** Ends it, and aborts what it is doing. @throws {OrgError} `JOB_UNKNOWN`; `JOB_CONFLICT` when it has ended. */
  cancel(id: string): Promise<JobView>;
  /** @throws {OrgError} `JOB_UNKNOWN`; `JOB_CONFLICT` when it is not dead. */
  requeue(id: string): Promise<JobView>;
  /**
   * The trace from an event on, then what follows until the job ends. Leaving the loop changes nothing.
   *
   * @param from number of the first event wanted, from 1.
   * @throws {OrgError} `JOB_UNKNOWN`
   */
  events(id: string, from: number, signal: AbortSignal): AsyncIterable<JobTraceEvent>;
  stats(): Promise<JobStats>;
  /** Sees every change from now on, until the returned handle is disposed. */
  observe(observer: JobObserver): Disposable;
}
