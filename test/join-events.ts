import type { ExtractEvent } from "#models/extract/extractor.ts";

/** Neighbours of one kind as one event: how many there are is all that the cuts of a stream change. */
export function joinEvents(events: readonly ExtractEvent[]): ExtractEvent[] {
  const joined: ExtractEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (last?.type === "text" && event.type === "text") {
      joined.splice(-1, 1, { type: "text", text: last.text + event.text });
    } else if (last?.type === "reasoning" && event.type === "reasoning") {
      joined.splice(-1, 1, { type: "reasoning", text: last.text + event.text });
    } else if (last?.type === "dropped" && event.type === "dropped" && last.why === event.why) {
      joined.splice(-1, 1, { ...event, raw: last.raw + event.raw });
    } else joined.push(event);
  }
  return joined;
}
