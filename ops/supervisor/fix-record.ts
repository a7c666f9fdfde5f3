/** How far the supervisor has come with something that it found. */
import type { Done, FixName } from "./pattern.ts";

/**
 * - `proposed`: waits for a person.
 * - `approved`: begins as soon as no other fix is under way.
 * - `applying`, `applied`, `undoing`: begun, done and not yet verified, being reverted.
 * - `told`: there is nothing to apply, or it must not be.
 * - `verified`, `failed`, `undone`, `rejected`, `over`: ended; `over`: what was found has gone by itself.
 */
export const FIX_STATES = [
  "proposed",
  "approved",
  "applying",
  "applied",
  "undoing",
  "told",
  "verified",
  "failed",
  "undone",
  "rejected",
  "over",
] as const;

export type FixState = (typeof FIX_STATES)[number];

/** Nothing more comes of it. */
export const ENDED: ReadonlySet<FixState> = new Set<FixState>([
  "verified",
  "failed",
  "undone",
  "rejected",
  "over",
]);

/** One finding and what became of it. */
export interface FixRecord {
  readonly id: number;
  readonly pattern: string;
  readonly subject: string;
  readonly why: string;
  /** Absent: a person is told. */
  readonly fix: FixName | undefined;
  readonly state: FixState;
  /** When it was found, in milliseconds since the epoch. */
  readonly foundAt: number;
  /** On the clock of the looks: when it was found, came to its state, and was last seen. */
  readonly found: number;
  readonly changed: number;
  readonly seen: number;
  /** How often it was begun. */
  readonly tries: number;
  readonly done: Done | undefined;
  /** What kept it from succeeding, for a person. */
  readonly note: string | undefined;
}
