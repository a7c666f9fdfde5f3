/** Text in pieces that Telegram takes as messages; a block that is cut is closed, and opened again in the next piece. */
import { escapeHtml, type Span, spansOf } from "./spans.ts";

/** Longest message, in UTF-16 code units after the entities were read. */
export const LONGEST_MESSAGE = 4096;

export interface Piece {
  /** With tags and entities, for the parse mode HTML; well-formed by itself. */
  readonly html: string;
  /** What a user reads of it. */
  readonly plain: string;
}

/** As {@link piecesOfSpans}, of what a model wrote. */
export function piecesOf(source: string, most?: number): readonly Piece[] {
  return piecesOfSpans(spansOf(source), most);
}

/**
 * @param most longest piece in UTF-16 code units, at least 2.
 * @returns pieces whose plain texts, joined, are the texts of the spans; one of nothing but white space is left out, for
 *   Telegram refuses it.
 */
export function piecesOfSpans(
  spans: readonly Span[],
  most: number = LONGEST_MESSAGE,
): readonly Piece[] {
  const pieces: Piece[] = [];
  let html = "";
  let plain = "";
  const end = (): void => {
    if (plain.trim() !== "") pieces.push({ html, plain });
    html = "";
    plain = "";
  };
  for (const { text, open, close } of spans) {
    const add = (part: string): void => {
      html += open + escapeHtml(part) + close;
      plain += part;
    };
    // A block that fits into a message of its own is not torn apart.
    const isWhole = open.startsWith("<pre") && text.length <= most;
    if (isWhole && plain !== "" && plain.length + text.length > most) end();
    let rest = text;
    while (plain.length + rest.length > most) {
      const at = cutAt(rest, most - plain.length);
      // A little room at the end of a message is not a reason to tear a word apart.
      const isTorn = plain !== "" && at < most / 2 && !/\s/.test(rest[at - 1] ?? "");
      if (at > 0 && !isTorn) {
        add(rest.slice(0, at));
        rest = rest.slice(at);
      }
      end();
    }
    if (rest !== "") add(rest);
  }
  end();
  return pieces;
}

/** Where a text is cut that has more than `space` code units: behind a paragraph, a line or a word, else within a word. */
function cutAt(text: string, space: number): number {
  if (space <= 0) return 0;
  for (const mark of ["\n\n", "\n", " "]) {
    const at = text.lastIndexOf(mark, space - mark.length);
    if (at > space / 2) return at + mark.length;
  }
  const code = text.charCodeAt(space - 1);
  // Half of a character is none.
  return code >= 0xd800 && code <= 0xdbff ? space - 1 : space;
}
