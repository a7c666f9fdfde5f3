/** What does the work of jobs. The process that serves says how; here is only what it has to keep to. */
import type { JobData, JobKind, JobWork } from "./job-service.ts";

export type WorkOf<Kind extends JobKind> = Extract<JobWork, { readonly kind: Kind }>;

/** One attempt at a job. Whatever it changes in the world is keyed by `id`: an attempt may follow another. */
export interface JobRun<Work extends JobWork = JobWork> {
  readonly id: string;
  readonly work: Work;
  /** Counted from 1. */
  readonly attempt: number;
  /** When it was submitted, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** Aborts when the job is cancelled or lost, or the process leaves; then nothing it gives is kept. */
  readonly signal: AbortSignal;
  /** Shows that the work goes on; a note does so, too. */
  readonly alive: () => void;
  /** Adds to the trace of the job; on disk when it resolves. Long ones lose their long parts. */
  readonly note: (data: JobData) => Promise<void>;
  /**
   * Adds to the trace in the same commit as the end of this attempt: no crash fits between the two. The last
   * one counts; it is dropped when the job is lost or goes back.
   */
  readonly closing: (data: JobData) => void;
  /** What earlier attempts noted, the oldest first, since the job was submitted or requeued. */
  readonly earlier: () => Promise<readonly JobData[]>;
}

/**
 * @returns what the job gives: cleaned already of what must not be shown.
 * @throws {OrgError} for a failure; its code says whether another attempt follows. {@link JobFailure} says it itself.
 */
type JobHandler<Work extends JobWork> = (run: JobRun<Work>) => Promise<JobData>;

export type JobHandlers = { readonly [Kind in JobKind]: JobHandler<WorkOf<Kind>> };
