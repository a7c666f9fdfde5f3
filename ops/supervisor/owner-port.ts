/** What the supervisor asks of the process that owns a home: it opens no database of the home itself. */

import type { SeenQueue } from "./observation.ts";

/** Each call but the first fails when no process owns the home, or the one that does cannot do it. */
export interface OwnerPort {
  /** Whether a process listens on the socket of the home; one that does not answer does. */
  listens(signal: AbortSignal): Promise<boolean>;
  /** Calls that wait for a person. */
  questions(
    signal: AbortSignal,
  ): Promise<readonly { readonly room: string; readonly id: string }[]>;
  /** Absent: it does no jobs. */
  queue(signal: AbortSignal): Promise<SeenQueue | undefined>;
  /** Moves the logs of its databases into them. */
  checkpoint(signal: AbortSignal): Promise<void>;
  /** Whether the model server answers; nothing changes by it. */
  probe(signal: AbortSignal): Promise<boolean>;
  /** Asks the model server: turns are let through to it again, or fail at once while it does not answer. */
  provider(signal: AbortSignal): Promise<"up" | "paused">;
  /** Starts the built-in engine with half of its context from now on, the second time not any more. */
  shrinkEngine(signal: AbortSignal): Promise<"halved" | "off" | "none">;
  /** Whether the model answers with a few words. */
  tryModel(signal: AbortSignal): Promise<boolean>;
  /** Takes jobs that give no sign of life away from their workers. @returns how many. */
  restartWorkers(signal: AbortSignal): Promise<number>;
  /** Writes one of a hundred of the messages that are written again and again. */
  sampleLog(signal: AbortSignal): Promise<void>;
  /** Tells all who have a room open. */
  tell(text: string, signal: AbortSignal): Promise<void>;
}
