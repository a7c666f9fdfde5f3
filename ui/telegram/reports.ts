/** When reports are sent: one of a category in ten minutes, and none in the quiet hours. What is held back comes together. */
import type { QuietHours } from "#core/telegram-settings.ts";
import { offsetAt } from "#platform/schedule/zone.ts";
import type { BridgeStore } from "./bridge-store.ts";
import { textRows } from "./outgoing.ts";

/** Between two reports of a category to a chat, in milliseconds. */
const BETWEEN_MS = 10 * 60_000;
/** Of what was held back so much is said, and how much more there was. */
const MOST_TEXTS = 20;

export function isQuiet(at: number, quiet: QuietHours | undefined): boolean {
  if (quiet === undefined) return false;
  const { from, to, zone } = quiet;
  const minute = Math.floor((at + offsetAt(zone, at)) / 60_000) % 1440;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/**
 * Puts what is due on its way.
 *
 * @returns the chats for which something waits now.
 */
export function sendReports(
  store: BridgeStore,
  now: number,
  quiet: QuietHours | undefined,
): readonly number[] {
  if (isQuiet(now, quiet)) return [];
  const chats: number[] = [];
  for (const [key, { chat, texts }] of store.heldReports()) {
    const last = store.reportedAt(key);
    if (last !== undefined && now - last < BETWEEN_MS) continue;
    const more = texts.length - MOST_TEXTS;
    const listed = [...texts.slice(0, MOST_TEXTS), ...(more > 0 ? [`and ${more} more`] : [])];
    store.report(key, now, textRows(listed.join("\n")));
    chats.push(chat);
  }
  return chats;
}
