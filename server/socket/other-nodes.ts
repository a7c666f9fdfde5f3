/** What a home asks of other nodes, where several share a journal and each room belongs to one of them. */
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { AnswerRequest, AskRequest, OpenQuestion } from "./home-service.ts";
import type { Handlers } from "./owner-server.ts";

/** `free`: it was not answered to its end, and the room waits for a node; take it and go on there. */
export type Relayed = "answered" | "free";

/** A line under an id, by which it is written once. */
export type RelayedLine = Omit<AskRequest, "room"> & { readonly id: string };

export interface OtherNodes {
  /**
   * Has the node answer that has the room. What the journal holds is seen here, and words as they are streamed there.
   *
   * @throws {OrgError} what the other node threw: nothing was sent.
   */
  ask(room: string, line: RelayedLine, signal: AbortSignal): AsyncGenerator<RoomEvent, Relayed>;
  /** A client at the room of another node; once that one is gone, `local` does here what it asks. */
  open(room: string, local: Handlers): Promise<RoomClient>;
  /** What waits for the human in rooms of other nodes. */
  questions(): Promise<readonly OpenQuestion[]>;
  /** @returns nothing when no other node asks that. @throws {OrgError} as `HomeService.answer` does. */
  answer(request: AnswerRequest, signal?: AbortSignal): Promise<OpenQuestion | undefined>;
}

/** Whether another node has the room. */
export function isElsewhere(error: unknown): boolean {
  return error instanceof OrgError && error.code === "LOCK_HELD";
}
