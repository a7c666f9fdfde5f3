/** Lines of text as rows of a terminal. Pure. */

/** Only these marks make a continued row stand below the text of its list item. */
const HANGING = /^ *(?:(?:•|\d{1,9}[.)]) )?/;
/** A text that is indented further than this share of the row gets no hanging indent. */
const HANGING_SHARE = 0.5;

/**
 * Folds one line between words. Continued rows of list items and of indented text stand below their
 * beginning. Colours are closed at the end of each row and opened again in the next.
 */
export function wrapLine(line: string, columns: number): readonly string[] {
  const [lead = ""] = HANGING.exec(line) ?? [];
  const isWide = Bun.stringWidth(lead) > columns * HANGING_SHARE;
  return wrapBehind(line, isWide ? "" : lead, columns);
}

/** @param lead the beginning of the line below which its continued rows are blank. */
function wrapBehind(line: string, lead: string, columns: number): readonly string[] {
  if (Bun.stringWidth(line) <= columns) return [line];
  const width = Bun.stringWidth(lead);
  const rows = folded(line.slice(lead.length), columns - width);
  const indentation = " ".repeat(width);
  return rows.map((row, index) => (index === 0 ? lead : indentation) + row);
}

/** What stands before the last column of a row: blanks, words, and at least two blanks between columns. */
const COLUMNS = /^ *(?:\S+(?: \S+)* {2,})*/;

/** A narrower last column cannot be read. */
const LEAST_COLUMN = 12;

/**
 * Folds the rows of a list between words; what is continued stands below the last column, and in a narrow window below
 * the first.
 */
export function wrapRows(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const [lead = ""] = COLUMNS.exec(line) ?? [];
      const [blanks = ""] = /^ */.exec(line) ?? [];
      return wrapBehind(line, columns - lead.length < LEAST_COLUMN ? blanks : lead, columns);
    })
    .join("\n");
}

/** Cuts to a number of columns, with a mark where something is left out. */
export function clip(line: string, columns: number): string {
  const most = Math.max(2, columns);
  const cut = Bun.sliceAnsi(line, 0, most, "…");
  // Before a wide character Bun 1.4.5 leaves no room for the mark.
  return Bun.stringWidth(cut) <= most ? cut : Bun.sliceAnsi(line, 0, most - 1, "…");
}

/** In how many rows a terminal shows a line that it folds by itself. */
export function rowsOf(line: string, columns: number): number {
  if (Bun.stringWidth(line) <= columns) return 1;
  return Bun.wrapAnsi(line, columns, { hard: true, wordWrap: false, trim: false }).split("\n")
    .length;
}

function folded(line: string, columns: number): readonly string[] {
  return Bun.wrapAnsi(line, Math.max(2, columns), { hard: true }).split("\n");
}
