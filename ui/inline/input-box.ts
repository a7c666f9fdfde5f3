/** What a human is writing, as it fits into some rows of a terminal. Pure. */
import { graphemes } from "../graphemes.ts";

export interface InputText {
  readonly prompt: string;
  readonly text: string;
  /** Index into `text`. */
  readonly cursor: number;
}

export interface InputBox {
  readonly rows: readonly string[];
  /** Where the cursor stands in them, from 0. */
  readonly cursor: { readonly row: number; readonly column: number };
}

/** A prompt that leaves less room than this share for the text is replaced by a short one. */
const PROMPT_SHARE = 0.6;
const SHORT_PROMPT = "> ";
const CONTINUATION = "  ";
/** Most code units of one character that are looked at, however many combining marks it has. */
const REACH = 8;

/** @param size `columns`: no row is wider; `rows`: so many at most, those around the cursor. */
export function inputBox(
  { prompt, text, cursor }: InputText,
  size: { readonly columns: number; readonly rows: number },
): InputBox {
  // A long paste must not make every key slow: only what could be seen is looked at.
  const reach = size.columns * size.rows * REACH;
  const start = Math.max(0, text.lastIndexOf("\n", cursor - reach - 1) + 1, cursor - 2 * reach);
  const fits = Bun.stringWidth(prompt) <= size.columns * PROMPT_SHARE;
  const box = new Rows(start > 0 ? "…" : fits ? prompt : SHORT_PROMPT, size.columns);
  box.put(text.slice(start, cursor));
  const cursorMark = box.mark();
  box.put(text.slice(cursor, cursor + reach));
  const first = Math.max(
    0,
    Math.min(cursorMark.row - Math.floor(size.rows / 2), box.count - size.rows),
  );
  return {
    rows: box.rows(first, size.rows),
    cursor: { row: cursorMark.row - first, column: cursorMark.column },
  };
}

class Rows {
  readonly #columns: number;
  readonly #rows: string[];
  #width: number;

  constructor(prompt: string, columns: number) {
    this.#columns = columns;
    this.#rows = [prompt];
    this.#width = Bun.stringWidth(prompt);
  }

  get count(): number {
    return this.#rows.length;
  }

  put(text: string): void {
    for (const character of graphemes(text)) {
      if (character === "\n") this.#next();
      else this.#add(character === "\t" ? "⇥" : character);
    }
  }

  /** The place of the next character: a full row has none. */
  mark(): { readonly row: number; readonly column: number } {
    if (this.#width >= this.#columns) this.#next();
    return { row: this.#rows.length - 1, column: this.#width };
  }

  rows(from: number, count: number): readonly string[] {
    return this.#rows.slice(from, from + count);
  }

  #add(character: string): void {
    const width = Bun.stringWidth(character);
    if (this.#width + width > this.#columns) this.#next();
    this.#rows[this.#rows.length - 1] += character;
    this.#width += width;
  }

  #next(): void {
    this.#rows.push(CONTINUATION);
    this.#width = CONTINUATION.length;
  }
}
