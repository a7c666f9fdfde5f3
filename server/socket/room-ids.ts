import { newId } from "#core/ids.ts";

/** Of a room that begins now. */
export function newRoomId(): string {
  return roomId(new Date(), newId("").slice(1));
}

/**
 * Sorts by time, reads as a date, and does not collide: "2026-11-21-0453-3fa19c02".
 *
 * @param random of which the first eight characters are taken.
 */
export function roomId(at: Date, random: string): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  return `${date}-${time.slice(0, 5).replace(":", "")}-${random.slice(0, 8)}`;
}
