/** What can be asked of a home, the same for the process that owns it and for every other one. */
import type { ApprovalAsked, RoomEvent } from "#core/events.ts";
import type { Entry, RoomSummary } from "#core/journal.ts";

/** Which room a question goes to. */
export type RoomChoice =
  /** The room that is open, else a new one. */
  | { readonly kind: "open" }
  | { readonly kind: "newest" }
  | { readonly kind: "named"; readonly id: string }
  /** One of this id, which is made when it is not there. */
  | { readonly kind: "own"; readonly id: string };

export interface AskRequest {
  readonly text: string;
  readonly room: RoomChoice;
  /** A mode for this question only. */
  readonly mode?: string | undefined;
  /** Include the raw output of tools. */
  readonly raw: boolean;
  /** Approves whatever the policy asks about in this request; else no user is asked. */
  readonly yes?: boolean | undefined;
  /** Who asks again under the same id in the same room is answered once. @default a new one */
  readonly id?: string | undefined;
}

/** A call that waits for an approval or a refusal. */
export interface OpenQuestion {
  readonly room: string;
  readonly asked: ApprovalAsked;
}

export interface AnswerRequest {
  /** As it is shown: "A7". */
  readonly id: string;
  readonly approved: boolean;
  /** Id of the room that asks; absent: the only one that asks under this id. */
  readonly room?: string | undefined;
}

export interface FollowRequest {
  readonly room: RoomChoice;
  /** Number of the first entry, from 1. */
  readonly from: number;
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
  /** Entries of a room from one on, and then every further one as it is written, until the signal ends it. */
  follow(request: FollowRequest, signal: AbortSignal): AsyncIterable<Entry>;
  /** What waits for the human, in all rooms that are open. */
  questions(signal: AbortSignal): Promise<readonly OpenQuestion[]>;
  /**
   * Answers a question in the place of the user at the room.
   *
   * @returns what was answered.
   * @throws {OrgError} `USAGE` when no such question waits, or those of several rooms do.
   */
  answer(request: AnswerRequest, signal: AbortSignal): Promise<OpenQuestion>;
}
