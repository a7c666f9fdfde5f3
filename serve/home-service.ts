/** What can be asked of a home, the same for the process that owns it and for every other one. */
import type { RoomEvent } from "#core/events.ts";
import type { Entry, RoomSummary } from "#core/journal.ts";

/** Which room a question goes to. */
export type RoomChoice =
  /** The room that is open, else a new one. */
  | { readonly kind: "open" }
  | { readonly kind: "newest" }
  | { readonly kind: "named"; readonly id: string };

export interface AskRequest {
  readonly text: string;
  readonly room: RoomChoice;
  /** A mode for this question only. */
  readonly mode?: string | undefined;
  /** Include the raw output of tools. */
  readonly raw: boolean;
  /** Says yes to whatever the policy asks about in this question; else nobody is asked. */
  readonly yes?: boolean | undefined;
}

export interface HomeService {
  /**
   * Asks, and streams what the question brings about; its last turn's end comes last but for a
   * `settled`. Leaving the loop stops the answer.
   *
   * @throws {OrgError} `PERSONA_UNKNOWN`, `MODE_INVALID`, `ROOM_UNKNOWN`: nothing was sent.
   */
  ask(request: AskRequest, signal: AbortSignal): AsyncIterable<RoomEvent>;
  /** Newest first. */
  rooms(signal: AbortSignal): Promise<readonly RoomSummary[]>;
  /** Every entry of a room. @throws {OrgError} `ROOM_UNKNOWN` */
  entries(room: RoomChoice, signal: AbortSignal): AsyncIterable<Entry>;
}
