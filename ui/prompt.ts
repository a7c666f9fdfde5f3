import { formatMode } from "#core/mode.ts";
import { sanitize } from "#core/sanitize.ts";
import type { RoomClient } from "#room/room-client.ts";

/** Said when a room is opened again whose newest line was never answered. */
export const UNANSWERED = "Your last message has no answer yet: /retry asks again.";

/** Says where the next line goes, `[group → agent] > `, how many lines wait before it, and how many notes for a review. */
export function promptOf(
  room: Pick<RoomClient, "mode" | "nextSpeakers" | "queued" | "toReview">,
): string {
  const { mode, nextSpeakers, queued, toReview } = room;
  const who = nextSpeakers.join(", ");
  const waiting = queued === 0 ? "" : ` · ${queued} queued`;
  const notes = toReview === 0 ? "" : ` · ${toReview} to review`;
  return `[${sanitize(formatMode(mode))} → ${who}${waiting}${notes}] > `;
}
