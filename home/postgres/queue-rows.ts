/** What PostgreSQL gives of the queue, as the tables of one machine would give it. */
import type { Job, JobEventType, Transition } from "#core/queue.ts";
import { eventOf, type FullRow } from "../queue/job-rows.ts";

/** A row as JSON: its texts are JSON once more. */
export type StoredRow = Omit<FullRow, "body" | "result"> & {
  readonly body: string;
  readonly result: string | null;
};

/** What is selected of a job. */
export const COLUMNS = `number, queue, id, kind, state, rank, priority, attempt, max_attempts as "maxAttempts",
  token, created_at as "createdAt", changed_at as "changedAt", events, error, result, body`;

/** Texts as PostgreSQL can hold them, U+0000 and half surrogate pairs included. */
export function storedText(text: string): string {
  return JSON.stringify(text);
}

function readText(stored: string): string {
  return JSON.parse(stored);
}

export function rowOf(stored: StoredRow): FullRow {
  const { body, result } = stored;
  return { ...stored, body: readText(body), result: result === null ? null : readText(result) };
}

/** An event as the functions of the server return it. */
export type EventRow = readonly [
  queue: string,
  id: string,
  kind: string,
  createdAt: number,
  seq: number,
  at: number,
  type: JobEventType,
  attempt: number,
  about: string | null,
];

export function transitionOf(row: EventRow): Transition {
  const [queue, id, kind, createdAt, seq, at, type, attempt, about] = row;
  return { queue, id, kind, createdAt, event: eventOf({ seq, at, type, attempt, about }) };
}

/** A job as the server gives it with a lease: its row's number and token first. */
type Body = readonly [
  number: number,
  token: number,
  id: string,
  kind: string,
  body: string,
  attempt: number,
  maxAttempts: number,
  createdAt: number,
];

/** Numbers and tokens, and where there are none `dueMs` of {@link Look}. */
export interface LeaseAnswer {
  readonly leased: readonly (readonly [number: number, token: number])[];
  readonly dueMs?: number | null;
}

/** The jobs of a lease, in its order. @param bodies of all operations that went with it. */
export function leasedJobs(
  queue: string,
  { leased }: LeaseAnswer,
  bodies: unknown,
): readonly Job[] {
  const found = new Map((bodies as readonly Body[]).map((body) => [body[0], body]));
  return leased.flatMap(([number, token]) => {
    const body = found.get(number);
    // Asked for a second time after a cut, and lost again meanwhile.
    return body === undefined || body[1] !== token ? [] : [jobOf(queue, body)];
  });
}

function jobOf(queue: string, [, token, id, kind, body, ...rest]: Body): Job {
  const [attempt, maxAttempts, createdAt] = rest;
  return { queue, id, kind, body: readText(body), attempt, maxAttempts, token, createdAt };
}

/** A note as the functions of the server take it. */
export function noteOf(note: string | undefined): string | null {
  return note === undefined ? null : JSON.stringify({ note });
}
