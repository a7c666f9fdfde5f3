/** What a failure is to a caller over HTTP. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { type Problem, problem } from "../http/problem.ts";

/** Failures whose texts hold nothing of this machine: what is not listed is told by its code alone. */
const STATUS: Readonly<Partial<Record<ErrorCode, ContentfulStatusCode>>> = {
  USAGE: 400,
  INPUT_INVALID: 400,
  MODE_INVALID: 400,
  CONTEXT_OVERFLOW: 400,
  PERSONA_UNKNOWN: 404,
  INPUT_MISSING: 404,
  ROOM_UNKNOWN: 404,
  JOB_UNKNOWN: 404,
  TOOL_UNKNOWN: 404,
  WORKFLOW_UNKNOWN: 404,
  MEMORY_UNKNOWN: 404,
  RULE_UNKNOWN: 404,
  FIX_UNKNOWN: 404,
  MEMORY_SECRET: 400,
  MEMORY_TOO_LONG: 400,
  MEMORY_LIMIT: 409,
  JOB_CONFLICT: 409,
  CANDIDATE_REFUSED: 409,
  CANDIDATE_STALE: 409,
  CANDIDATE_CONFLICT: 409,
  BUDGET_SPENT: 429,
  MODEL_MISSING: 502,
  PROVIDER_UNREACHABLE: 502,
  PROVIDER_PAUSED: 502,
  PROVIDER_REFUSED: 502,
  STREAM_ERROR: 502,
  STREAM_CUT: 502,
  STREAM_SILENT: 504,
  PROVIDER_BUSY: 503,
  JOB_REFUSED: 503,
  HOME_BUSY: 503,
  LOCK_HELD: 503,
};

export interface Failure {
  readonly status: ContentfulStatusCode;
  readonly problem: Problem;
  /** For the operator; undefined for what the caller can mend. */
  readonly report?: unknown;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof OrgError)) {
    const hidden = problem("INTERNAL", "something went wrong here; the log says more");
    return { status: 500, problem: hidden, report: error };
  }
  const { code, message, why } = error;
  const status = STATUS[code];
  if (status === undefined) {
    const hidden = problem(code, "that could not be done here; the log says more");
    return { status: 500, problem: hidden, report: error };
  }
  const text = why === undefined ? message : `${message}: ${why}`;
  return { status, problem: problem(code, text) };
}
