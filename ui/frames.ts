/**
 * What is written to a terminal, frame by frame. Pure: text and size in, bytes out.
 *
 * Finished lines are written once and belong to the terminal from then on; below them live at most two
 * rows: the last row of the line that is still growing (or a status), and the input line.
 *
 * @see ECMA-48 (CUU, CUF, EL, ED), https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
 *   (synchronized output, mode 2026).
 */
import { graphemes } from "./graphemes.ts";
import type { InputRow } from "./input-row.ts";

export interface LiveRows {
  /** Shown above the input line while no line is growing; empty: the row is left out. */
  readonly status: string;
  readonly input: InputRow;
}

const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";
const CLEAR_ROW = "\r\u001b[2K";
const CLEAR_BELOW = "\r\u001b[J";
const UP = "\u001b[A";
const PASTE_ON = "\u001b[?2004h";
/** Colours off, pastes unmarked, cursor visible: what a shell expects. */
const RESTORE = "\u001b[0m\u001b[?2004l\u001b[?25h";

const TAB_STOP = 8;

export class Frames {
  /** Appended since the last frame. */
  #added: string[] = [];
  /** The row on which the growing line ends, as it stands on the screen. */
  #tail = "";
  /** The rows on the screen; absent: nothing of ours is there. */
  #shown: { readonly upper: string; readonly input: InputRow } | undefined;
  #columns = 0;

  /** Adds text below everything there is. Styled text must come in whole lines. */
  append(text: string): void {
    if (text !== "") this.#added.push(text);
  }

  /** What to write now; empty when the screen shows everything already. */
  next(live: LiveRows, columns: number): string {
    const resized = this.#shown !== undefined && columns !== this.#columns;
    const cleared = resized ? this.#abandonRows() : this.#clearRows();
    this.#columns = columns;
    const text = this.#take();
    const start = text.lastIndexOf("\n") + 1;
    const growing = text.slice(start);
    this.#tail = lastRow(growing, columns);
    const status = Bun.sliceAnsi(live.status, 0, columns - 1, "…");
    const upper = growing === "" ? status : this.#tail;
    const before = this.#shown;
    this.#shown = { upper, input: live.input };
    if (start === 0 && growing === this.#tail && upper === before?.upper) {
      const same = isSame(before.input, live.input);
      return same ? "" : `${BEGIN}${CLEAR_ROW}${drawn(live.input)}${END}`;
    }
    const above = growing === "" ? upper : growing;
    const rows = above === "" ? "" : `${above}\r\n`;
    return `${BEGIN}${cleared}${forTerminal(text.slice(0, start))}${rows}${drawn(live.input)}${END}`;
  }

  /** Takes the terminal over. */
  enter(): string {
    return PASTE_ON;
  }

  /** Leaves the terminal as a shell expects it, with all text above and nothing live. */
  leave(): string {
    const cleared = this.#clearRows();
    const text = this.#take();
    this.#tail = "";
    this.#shown = undefined;
    const ended = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${cleared}${forTerminal(ended)}${RESTORE}`;
  }

  #take(): string {
    const text = this.#tail + this.#added.join("");
    this.#added = [];
    return text;
  }

  #clearRows(): string {
    if (this.#shown === undefined) return "";
    return CLEAR_ROW + (this.#shown.upper === "" ? "" : `${UP}${CLEAR_ROW}`);
  }

  /**
   * After a change of the width nobody knows where our rows went: terminals differ in how they fold
   * them. They stay where they are, and the growing line goes on in a new row: nothing is lost.
   */
  #abandonRows(): string {
    this.#tail = "";
    this.#shown = undefined;
    return CLEAR_BELOW;
  }
}

function isSame(one: InputRow, other: InputRow): boolean {
  return one.text === other.text && one.column === other.column;
}

function drawn({ text, column }: InputRow): string {
  return `${text}\r${column === 0 ? "" : `\u001b[${column}C`}`;
}

/** In raw mode a line feed only goes down. */
function forTerminal(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

/** The part of a line that stands in its last row when the terminal folds it. */
export function lastRow(line: string, columns: number): string {
  // Most text needs no look at single characters: each is one column wide.
  if (/^[ -~]*$/.test(line)) {
    return line.slice(Math.max(0, Math.ceil(line.length / columns) - 1) * columns);
  }
  let start = 0;
  let end = 0;
  let column = 0;
  for (const character of graphemes(line)) {
    const next = columnAfter(character, column, columns);
    if (next > columns) start = end;
    column = next > columns ? Bun.stringWidth(character) : next;
    end += character.length;
  }
  return line.slice(start);
}

function columnAfter(character: string, column: number, columns: number): number {
  if (character !== "\t") return column + Bun.stringWidth(character);
  // A tab never folds the line: it stops in the last column.
  const stop = (Math.floor(column / TAB_STOP) + 1) * TAB_STOP;
  return Math.max(column, Math.min(stop, columns - 1));
}
