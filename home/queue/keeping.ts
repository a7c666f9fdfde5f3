import type { StoredState } from "./job-rows.ts";

/** How long things are kept, in milliseconds. */
export interface Keeping {
  /** The id of a job that is done or cancelled stays taken. */
  readonly idMs: number;
  /** A job that is done or cancelled can be looked at; at least `idMs`. */
  readonly endedMs: number;
  readonly deadMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
export const DEFAULT_KEEPING: Keeping = {
  idMs: 5 * MINUTE_MS,
  endedMs: DAY_MS,
  deadMs: 30 * DAY_MS,
};

/** Up to which rank each state has something to be done about, at a time in milliseconds since the epoch. */
export function dueRanks(
  { endedMs, deadMs }: Keeping,
  now: number,
): readonly (readonly [StoredState, number])[] {
  return [
    ["delayed", now],
    ["running", now],
    ["done", now - endedMs],
    ["cancelled", now - endedMs],
    ["dead", now - deadMs],
  ];
}
