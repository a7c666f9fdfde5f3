/** What the supervisor asks of the process that owns a home: it opens no database of the home itself. */
import type { UpkeepCalls } from "#core/upkeep-calls.ts";
import type { ObservedQueue } from "./observation.ts";

/** Each call but the first fails when no process owns the home, or the one that does cannot do it. */
export interface OwnerPort extends UpkeepCalls {
  /** Whether a process listens on the socket of the home; one that does not answer does. */
  listens(signal: AbortSignal): Promise<boolean>;
  /** Calls that wait for a person. */
  questions(
    signal: AbortSignal,
  ): Promise<readonly { readonly room: string; readonly id: string }[]>;
  /** Absent: it does no jobs. */
  queue(signal: AbortSignal): Promise<ObservedQueue | undefined>;
}
