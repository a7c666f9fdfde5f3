/** Erases a note that a human had forgotten from the messages. */
import type { Erasure } from "#core/journal.ts";
import type { Note } from "#core/memory.ts";
import { type HoldsErased, holdsText } from "./erased-texts.ts";

/** Replaces an erased text. */
const FORGOTTEN = "[forgotten]";
/** Behind the end of a sentence or a line. */
const ENDS = /(?<=[.!?。！？…\n])/u;

/**
 * Its text goes from every message, and from the line that it came from also the words that were quoted. A
 * text that is too short or too common to be distinct is erased nowhere: what holds it says something else.
 */
export function erasureOf({
  text,
  quote = "",
  room,
  seq,
}: Pick<Note, "text" | "quote" | "room" | "seq">): Erasure {
  const from = withoutText(text, holdsText(text));
  if (room === undefined || seq === undefined) return { from };
  const fromLine = withoutText(quote, holdsText(quote));
  // There the target is certain, however short it is.
  const asWritten = [text, quote].filter((one) => one.trim() !== "");
  const literally = (source: string) =>
    asWritten.reduce((rest, one) => rest.replaceAll(one, FORGOTTEN), source);
  return { from, line: { room, seq, from: (source) => literally(fromLine(from(source))) } };
}

/**
 * @param sought as it was written; where that stands nothing else goes.
 * @param holds whether it stands in a text, in whatever capitals, marks and blanks.
 * @returns what takes it out, with no more around it than the sentences that it stands in.
 */
export function withoutText(sought: string, holds: HoldsErased): (text: string) => string {
  return (text) => {
    if (!holds(text)) return text;
    const rest = sought === "" ? text : text.replaceAll(sought, FORGOTTEN);
    return holds(rest) ? withoutSentences(rest, holds) : rest;
  };
}

function withoutSentences(text: string, holds: HoldsErased): string {
  let pieces = text.split(ENDS);
  // Each time one more of them is gone.
  for (let most = pieces.length; most > 0 && holds(pieces.join("")); most -= 1) {
    const held = pieces;
    // A text that stands in some of them stands in more of them, too.
    const end = leastOf(held.length, (count) => holds(held.slice(0, count).join("")));
    const length = leastOf(end, (count) => holds(held.slice(end - count, end).join("")));
    const before = /^\s*/.exec(held[end - length] ?? "")?.[0] ?? "";
    const behind = /\s*$/.exec(held[end - 1] ?? "")?.[0] ?? "";
    const gone = `${before}${FORGOTTEN}${behind}`;
    pieces = [...held.slice(0, end - length), gone, ...held.slice(end)];
  }
  const rest = pieces.join("");
  return holds(rest) ? FORGOTTEN : rest;
}

/** The least number from 1 to `most` that is enough; `most` is. */
function leastOf(most: number, isEnough: (count: number) => boolean): number {
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
