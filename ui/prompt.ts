import { formatMode } from "#core/mode.ts";
import { sanitize } from "#core/sanitize.ts";
import type { Seat } from "#room/seat.ts";

/** Said when a room is opened again whose newest line was never answered. */
export const UNANSWERED = "Your last message has no answer yet: /retry asks again.";

/** Says where the next line goes: `[group → agent] > `, and how many lines wait before it. */
export function promptOf(room: Pick<Seat, "mode" | "nextSpeakers" | "queued">): string {
  const { mode, nextSpeakers, queued } = room;
  const who = nextSpeakers.join(", ");
  const waiting = queued === 0 ? "" : ` · ${queued} queued`;
  return `[${sanitize(formatMode(mode))} → ${who}${waiting}] > `;
}
