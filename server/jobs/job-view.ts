/** Jobs of the queue as their callers see them. */
import { z } from "zod";
import type { JobEvent, JobRecord } from "#core/queue.ts";
import { workOf } from "./job-request.ts";
import type { JobData, JobTraceEvent, JobView } from "./job-service.ts";

const data: z.ZodType<JobData> = z.json();

/** Longest text of a note, as JSON, in UTF-16 code units. */
const MAX_NOTE = 16 * 1024;
/** Of what is too long, texts up to this length are kept. */
const SHORT = 256;

export function viewOf(record: JobRecord): JobView {
  const { id, state, priority, attempt, maxAttempts, createdAt, changedAt, error } = record;
  return {
    ...{ id, requestId: id, state, work: workOf(record.body), priority },
    ...{ attempts: attempt, maxAttempts, createdAt, changedAt, error },
    notBefore: state === "queued" ? record.dueAt : undefined,
    result: record.result === undefined ? undefined : data.parse(JSON.parse(record.result)),
    events: record.events,
  };
}

export function traceOf(requestId: string, { note, ...event }: JobEvent): JobTraceEvent {
  return {
    requestId,
    ...event,
    data: note === undefined ? undefined : data.parse(JSON.parse(note)),
  };
}

/** A note as it is kept: one that is too long keeps what is short in it, and says so. */
export function noteText(note: JobData): string {
  const text = JSON.stringify(note);
  if (text.length <= MAX_NOTE) return text;
  const entries = typeof note === "object" && note !== null ? Object.entries(note) : [];
  const short = entries.filter(
    ([key, value]) => JSON.stringify(value).length + key.length <= SHORT,
  );
  return JSON.stringify({ ...Object.fromEntries(short.slice(0, 32)), truncated: true });
}
