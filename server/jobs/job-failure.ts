/** What an attempt at a job failed of, and whether another one could do better. */
import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { JobError } from "#core/queue.ts";

/** Thrown by a handler that knows better than the code of its error says. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  readonly code: string;
  /** No further attempt would help. */
  readonly isFinal: boolean;

  constructor(
    message: string,
    about: { readonly code: string; readonly isFinal: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause: about.cause });
    this.code = about.code;
    this.isFinal = about.isFinal;
  }
}

export interface Failure {
  readonly error: JobError;
  readonly isFinal: boolean;
}

/** What may be different in a minute. Everything else needs a person: other input, another policy, a mended file. */
const PASSING: ReadonlySet<string> = new Set<ErrorCode>([
  "PROVIDER_UNREACHABLE",
  "PROVIDER_BUSY",
  "PROVIDER_PAUSED",
  "STREAM_ERROR",
  "STREAM_CUT",
  "STREAM_SILENT",
  "NETWORK_FAILED",
  "FILE_FAILED",
  "HOME_BUSY",
  "OWNER_LOST",
  "LOCK_HELD",
  "PROCESS_FAILED",
  "WORKFLOW_FAILED",
]);

/** Whether trying again can help where this code was the reason. */
export function isPassing(code: string): boolean {
  return PASSING.has(code);
}

export function failureOf(error: unknown): Failure {
  if (error instanceof JobFailure) {
    const { code, message, isFinal } = error;
    return { error: { code, message }, isFinal };
  }
  if (error instanceof OrgError) {
    const { code, message, why } = error;
    const text = why === undefined ? message : `${message}: ${why}`;
    return { error: { code, message: text }, isFinal: !isPassing(code) };
  }
  // A bug of ours meets the same input again; what it stumbled over may still be gone by then.
  return { error: { code: "BUG", message: reasonOf(error) }, isFinal: false };
}
