/** The input line as it fits into one row of a terminal. Pure. */
import { graphemes } from "./graphemes.ts";

export interface InputLine {
  readonly prompt: string;
  readonly text: string;
  /** Index into `text`. */
  readonly cursor: number;
}

export interface InputRow {
  /** At most `columns - 1` wide: a full row would make the terminal wrap. */
  readonly text: string;
  /** Where the cursor stands, from 0. */
  readonly column: number;
}

/** A prompt that leaves less room than this share for the text is replaced by a short one. */
const PROMPT_SHARE = 0.6;
const SHORT_PROMPT = "> ";
const CUT_MARK = "…";

/** Shows as much of the line around the cursor as fits; line breaks and tabs become visible signs. */
export function inputRow(line: InputLine, columns: number): InputRow {
  const fits = Bun.stringWidth(line.prompt) <= columns * PROMPT_SHARE;
  const prompt = fits ? line.prompt : SHORT_PROMPT;
  const promptWidth = Bun.stringWidth(prompt);
  const room = Math.max(1, columns - 1 - promptWidth);
  const before = beforeCursor(line, room);
  const after = takeColumns(
    signs(line.text.slice(line.cursor, line.cursor + room * 16)),
    room - before.width,
  );
  return { text: prompt + before.text + after.text, column: promptWidth + before.width };
}

interface Fitted {
  readonly text: string;
  readonly width: number;
}

/** The end of what stands before the cursor, with a mark where more of it is cut off. */
function beforeCursor({ text, cursor }: InputLine, room: number): Fitted {
  // No more characters than could be seen are looked at, however long the text is.
  const start = Math.max(0, cursor - room * 16);
  const near = signs(text.slice(start, cursor));
  const whole = takeColumns(near, room);
  if (start === 0 && whole.count === near.length) return whole;
  // A quarter of the room is left for what stands behind the cursor.
  const wanted = Math.max(0, room - 1 - Math.min(Math.floor(room / 4), text.length - cursor));
  const end = takeColumns(near.toReversed(), wanted);
  const shown = near.slice(near.length - end.count);
  return { text: CUT_MARK + shown.join(""), width: end.width + 1 };
}

function takeColumns(
  characters: readonly string[],
  columns: number,
): Fitted & { readonly count: number } {
  let width = 0;
  let count = 0;
  for (const character of characters) {
    const next = width + Bun.stringWidth(character);
    if (next > columns) break;
    width = next;
    count += 1;
  }
  return { text: characters.slice(0, count).join(""), width, count };
}

function signs(text: string): string[] {
  return graphemes(text.replaceAll("\n", "⏎").replaceAll("\t", "⇥"));
}
