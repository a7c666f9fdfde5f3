/**
 * A terminal small enough to trust: it knows exactly the sequences that our screen may write, and
 * throws for every other one. The lines that scrolled away are kept.
 */
import { graphemes } from "#ui/graphemes.ts";

/** A piece of a row that looks the same. */
export interface Span {
  /** From 0. */
  readonly column: number;
  readonly text: string;
  /** Codes of Select Graphic Rendition that are on, in order; empty: as usual. */
  readonly look: readonly number[];
}

interface Row {
  /** One entry a column; the second column of a wide character is empty. */
  readonly cells: string[];
  /** How each cell looks, such as "1;32". */
  readonly looks: string[];
  /** The line goes on in the next row. */
  folded: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const TOKEN = /\u001b\[(\??[\d;]*)([A-Za-z])|[\r\n\t]|[^\u0000-\u001f\u007f]+/y;

export class ScreenEmulator {
  readonly columns: number;
  readonly #rows: Row[] = [];
  #row = 0;
  #column = 0;
  #look: readonly number[] = [];
  /** Modes that are on, such as "?2004". */
  readonly modes: Set<string> = new Set(["?7", "?25"]);

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Where the cursor stands, from 0; the row counts from the very first one. */
  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: Math.min(this.#column, this.columns - 1) };
  }

  /** Every row from the first one on, without blanks at its end. */
  get rows(): readonly string[] {
    return this.#rows.map(({ cells }) => cells.join("").trimEnd());
  }

  /** Every row from the first one on, in pieces. */
  get spans(): readonly (readonly Span[])[] {
    return this.#rows.map(({ cells, looks }) => {
      const spans: { column: number; text: string; look: string }[] = [];
      for (const [column, text] of cells.entries()) {
        const look = looks[column] ?? "";
        const last = spans.at(-1);
        if (last?.look === look) last.text += text;
        else spans.push({ column, text, look });
      }
      return spans.map((span) => ({ ...span, look: codesOf(span.look) }));
    });
  }

  /** Every line, folded rows joined again. */
  get lines(): readonly string[] {
    const lines: string[] = [];
    let open = false;
    for (const row of this.#rows) {
      const whole = row.cells.join("");
      const text = row.folded ? whole : whole.trimEnd();
      if (open) lines.push(`${lines.pop() ?? ""}${text}`);
      else lines.push(text);
      open = row.folded;
    }
    return lines;
  }

  write(text: string): void {
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
      const at = TOKEN.lastIndex;
      const [token = "", parameters, final] = TOKEN.exec(text) ?? [];
      if (token === "") throw new Error(`No terminal should get ${JSON.stringify(text.slice(at))}`);
      if (final !== undefined) this.#control(final, parameters ?? "");
      else if (token === "\r") this.#column = 0;
      else if (token === "\n") this.#down();
      else for (const character of graphemes(token)) this.#print(character);
    }
  }

  #control(final: string, parameters: string): void {
    const count = Number(parameters === "" ? 1 : parameters);
    switch (`${final}${final === "A" || final === "C" || final === "m" ? "" : parameters}`) {
      case "A":
        this.#row = Math.max(0, this.#row - count);
        break;
      case "C":
        this.#column = Math.min(this.columns - 1, this.#column + count);
        break;
      case "K2":
        this.#current().cells.length = 0;
        this.#current().looks.length = 0;
        this.#current().folded = false;
        break;
      case "J":
        this.#rows.length = this.#row;
        break;
      case "m":
        this.#look = codesOf(parameters).reduce(lookWith, this.#look);
        break;
      case "h?2026":
      case "h?2004":
      case "h?25":
      case "h?7":
        this.modes.add(parameters);
        break;
      case "l?2026":
      case "l?2004":
      case "l?7":
        this.modes.delete(parameters);
        break;
      default:
        throw new Error(`No terminal should get CSI ${parameters}${final}`);
    }
  }

  #print(character: string): void {
    if (character === "\t") {
      const stop = Math.min(this.columns - 1, (Math.floor(this.#column / 8) + 1) * 8);
      while (this.#column < stop) this.#put(" ", 1);
      return;
    }
    const width = Bun.stringWidth(character);
    if (this.#column + width > this.columns && !this.modes.has("?7")) {
      this.#column = this.columns - width;
    } else if (this.#column + width > this.columns) {
      this.#current().folded = true;
      this.#down();
      this.#column = 0;
    }
    this.#put(character, width);
  }

  #put(character: string, width: number): void {
    const { cells, looks } = this.#current();
    while (cells.length < this.#column) cells.push(" ");
    cells[this.#column] = character;
    if (width > 1) cells[this.#column + 1] = "";
    while (looks.length < cells.length) looks.push("");
    looks.fill(this.#look.join(";"), this.#column, this.#column + width);
    this.#column += width;
  }

  #down(): void {
    this.#current();
    this.#row += 1;
    this.#current();
  }

  #current(): Row {
    while (this.#rows.length <= this.#row) this.#rows.push(newRow());
    return this.#rows[this.#row] ?? newRow();
  }
}

function newRow(): Row {
  return { cells: [], looks: [], folded: false };
}

function codesOf(parameters: string): readonly number[] {
  return parameters === "" ? [] : parameters.split(";").map(Number);
}

/** What each code that ends something ends (ECMA-48, 8.3.117). */
const ENDS: Readonly<Record<number, (code: number) => boolean>> = {
  0: () => true,
  22: (code) => code === 1 || code === 2,
  23: (code) => code === 3,
  39: (code) => code >= 30 && code <= 37,
};

function lookWith(look: readonly number[], code: number): readonly number[] {
  const ends = ENDS[code];
  return ends === undefined ? [...look, code] : look.filter((one) => !ends(one));
}
