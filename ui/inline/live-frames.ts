/**
 * What is written to a terminal, frame by frame. Pure: rows in, bytes out. Finished lines are written
 * once and belong to the terminal from then on; of the live rows below them only those that changed
 * are written again.
 *
 * @see ECMA-48 (CUU, CUF, EL), VT510 (DECAWM), https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
 *   (synchronized output, mode 2026).
 */
import type { Live, Size } from "./layout.ts";
import { rowsOf } from "./wrap.ts";

const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";
const CLEAR_ROW = "\r\u001b[2K";
const PASTE_ON = "\u001b[?2004h";
/**
 * Around the live rows: a row that the terminal takes for wider than we do, be it for an emoji or because
 * the window got narrower just now, is cut there instead of folded, and every row below it stays in its place.
 */
const CUTS = "\u001b[?7l";
const FOLDS = "\u001b[?7h";
/** Colours off, long lines folded, pastes unmarked, cursor visible: what a shell expects. */
const RESTORE = "\u001b[0m\u001b[?7h\u001b[?2004l\u001b[?25h";

type Rows = Pick<Live, "lines" | "cursor">;

export class LiveFrames {
  #added: string[] = [];
  #rendered: Rows = { lines: [], cursor: { row: 0, column: 0 } };
  #columns = 0;

  /** Adds whole lines below everything there is. */
  append(text: string): void {
    if (text !== "") this.#added.push(text);
  }

  /** What to write now; empty when the screen shows everything already. */
  next(live: Rows, size: Size): string {
    const { columns } = size;
    const text = this.#take();
    const resized = this.#columns !== columns && this.#rendered.lines.length > 0;
    const before = this.#rendered;
    let body = "";
    if (text !== "" || resized) {
      const cleared = resized ? this.#clearFolded(size) : this.#clear();
      body = cleared + forTerminal(text) + CUTS + drawn(live) + FOLDS;
    } else {
      body = changed(before, live);
    }
    this.#columns = columns;
    this.#rendered = live;
    return body === "" ? "" : BEGIN + body + END;
  }

  /** Takes the terminal over. */
  enter(): string {
    return PASTE_ON;
  }

  /** Leaves the terminal as a shell expects it, with all text above and nothing live. */
  leave(size: Size): string {
    const cleared = this.#columns === size.columns ? this.#clear() : this.#clearFolded(size);
    this.#rendered = { lines: [], cursor: { row: 0, column: 0 } };
    return cleared + forTerminal(this.#take()) + RESTORE;
  }

  #take(): string {
    const text = this.#added.join("");
    this.#added = [];
    return text;
  }

  #clear(): string {
    const { lines, cursor } = this.#rendered;
    return cleared({ above: cursor.row, count: lines.length });
  }

  /**
   * Terminals that keep lines together fold ours when the window gets narrower: then they need more
   * rows than we wrote. A terminal that cuts them instead has ended them at the new edge.
   */
  #clearFolded({ columns, rows }: Size): string {
    const { lines, cursor } = this.#rendered;
    const heights = lines.map((line) => rowsOf(line, columns));
    const above = sum(heights.slice(0, cursor.row)) + Math.floor(cursor.column / columns);
    // What has left the window upwards cannot be reached any more.
    const gone = Math.max(0, above - (rows - 1));
    return cleared({ above: above - gone, count: Math.min(sum(heights) - gone, rows) });
  }
}

/** Clears rows around the cursor, and leaves it in the first of them. */
function cleared({ above, count }: { readonly above: number; readonly count: number }): string {
  if (count === 0) return "";
  const rows = Array.from({ length: count }, () => CLEAR_ROW);
  return `${up(above)}${rows.join("\n")}${up(count - 1)}\r`;
}

function drawn({ lines, cursor }: Rows): string {
  const rows = lines.map((line) => CLEAR_ROW + line).join("\r\n");
  return rows + cursorMove(lines.length - 1, cursor);
}

/** Writes only the rows that are different. */
function changed(before: Rows, live: Rows): string {
  let row = before.cursor.row;
  let bytes = "";
  const moveTo = (target: number): void => {
    bytes += target < row ? up(row - target) : "\n".repeat(target - row);
    row = target;
  };
  const count = Math.max(before.lines.length, live.lines.length);
  for (let index = 0; index < count; index += 1) {
    const line = live.lines[index];
    if (line === before.lines[index]) continue;
    moveTo(index);
    bytes += CLEAR_ROW + (line ?? "");
  }
  const moved =
    before.cursor.row !== live.cursor.row || before.cursor.column !== live.cursor.column;
  if (bytes !== "") bytes = CUTS + bytes + FOLDS;
  return bytes === "" && !moved ? "" : bytes + cursorMove(row, live.cursor);
}

/** From somewhere in a row to the place of the cursor. */
function cursorMove(row: number, cursor: Rows["cursor"]): string {
  const vertical = cursor.row < row ? up(row - cursor.row) : "\n".repeat(cursor.row - row);
  return `${vertical}\r${cursor.column === 0 ? "" : `\u001b[${cursor.column}C`}`;
}

function up(count: number): string {
  return count === 0 ? "" : `\u001b[${count}A`;
}

/** In raw mode a line feed only goes down. */
function forTerminal(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
