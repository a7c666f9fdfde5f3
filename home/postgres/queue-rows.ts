/** What PostgreSQL gives of the queue, as the tables of one machine would give it. */
import type { JobEventType, Transition } from "#core/queue.ts";
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

export function readText(stored: string): string {
  return JSON.parse(stored);
}

export function rowOf(stored: StoredRow): FullRow {
  const { body, result } = stored;
  return { ...stored, body: readText(body), result: result === null ? null : readText(result) };
}

/** An event as the functions of the server tell it. */
export type ToldEvent = readonly [
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

export function transitionOf(told: ToldEvent): Transition {
  const [queue, id, kind, createdAt, seq, at, type, attempt, about] = told;
  return { queue, id, kind, createdAt, event: eventOf({ seq, at, type, attempt, about }) };
}
