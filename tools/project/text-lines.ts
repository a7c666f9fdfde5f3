/** A line of a text by its position, without its end. */
export interface TextLine {
  readonly start: number;
  /** Where its line end begins. */
  readonly end: number;
  readonly text: string;
}

/** The lines of a text; what follows the last line end is a line too, unless it is empty. Ends are `\n` and `\r\n`. */
export function linesOf(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  for (let start = 0; start < text.length; ) {
    const at = text.indexOf("\n", start);
    const next = at < 0 ? text.length : at;
    const end = at > start && text[at - 1] === "\r" ? at - 1 : next;
    lines.push({ start, end, text: text.slice(start, end) });
    start = next + 1;
  }
  return lines;
}

/** What all lines of a text end with; `undefined` for a mixture and for a text without line ends. */
export function lineEndOf(text: string): "\n" | "\r\n" | undefined {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  if (all === 0) return undefined;
  return windows === 0 ? "\n" : windows === all ? "\r\n" : undefined;
}

/** A text with the line ends of a file; unchanged where the file has none or a mixture. */
export function withLineEnds(text: string, end: "\n" | "\r\n" | undefined): string {
  return end === undefined ? text : text.replace(/\r?\n/g, end);
}

/** "line 4" or "lines 4 to 9". */
export function lineRange(from: number, to: number): string {
  return from === to ? `line ${from}` : `lines ${from} to ${to}`;
}

/** "1 line" or "4 lines". */
export function lineCount(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"}`;
}
