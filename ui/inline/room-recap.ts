/** Where a room stood when a user comes back to it: the last message, and what was answered. */
import type { RoomEvent } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import { sanitize } from "#core/sanitize.ts";
import { headerText, turnEndText } from "#room/event-text.ts";
import type { Style } from "#room/style.ts";

/** So many rows of a message or an answer are shown: its end, for a user knows best what came last. */
const ROWS = 8;
/** And so much of a row, in UTF-16 code units: a text without line breaks is no longer than others. */
const ROW_LENGTH = 400;

/** @returns `undefined` for a room in which no message was sent. */
export async function recapOf(
  entries: AsyncIterable<Entry>,
  style: Style,
): Promise<string | undefined> {
  let messages = 0;
  let last: RoomEvent[] = [];
  for await (const { event } of entries) {
    if (event.type === "message") {
      messages += 1;
      last = [];
    }
    if (REPEATED_EVENTS.has(event.type)) last.push(event);
  }
  if (messages === 0) return undefined;
  const number = messages === 1 ? "1 message" : `${messages} messages`;
  const title = style("quiet", `— ${number} in this room so far; /export md shows all of it`);
  return [title, ...last.flatMap((event) => textOf(event, style))].join("\n");
}

const REPEATED_EVENTS: ReadonlySet<RoomEvent["type"]> = new Set([
  ...["message", "turn-start", "answer", "turn-end"],
] as const);

function textOf(event: RoomEvent, style: Style): readonly string[] {
  switch (event.type) {
    case "message":
      return ["", headerText("user", `→ ${event.to.join(", ")}`, style), endOf(event.text)];
    case "turn-start":
      return ["", headerText(event.persona, `· ${event.model}`, style)];
    case "answer":
      return event.text.trim() === "" ? [] : [endOf(event.text)];
    case "turn-end":
      return [turnEndText(event, style)].filter((text) => text !== "");
    default:
      return [];
  }
}

function endOf(text: string): string {
  const rows = sanitize(text).trim().split("\n");
  const lastRows = rows
    .slice(-ROWS)
    .map((row) => `${row.slice(0, ROW_LENGTH)}${row.length > ROW_LENGTH ? "…" : ""}`);
  return (rows.length > ROWS ? ["…", ...lastRows] : lastRows).join("\n");
}
