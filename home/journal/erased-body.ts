import type { Erasure } from "#core/journal.ts";
import { mapTexts } from "#core/text/map-texts.ts";

/** The body of an entry without the text that is to be erased; the same body where that text does not stand in it. */
export function erasedBody(
  { room, seq, body }: { readonly room: string; readonly seq: number; readonly body: string },
  { from, line }: Erasure,
): string {
  const isLine = line?.room === room && line.seq === seq;
  const event: unknown = JSON.parse(body);
  const rest = mapTexts(event, isLine ? line.from : from);
  return rest === event ? body : JSON.stringify(rest);
}
