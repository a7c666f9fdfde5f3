/** A page as a model reads it: as many rows as fit, and names for what was left out. */
import type { OutlineItem } from "./outline.ts";

/** Most characters of a page in one answer: about 2,000 tokens. */
export const MOST_CHARACTERS = 8192;
/** Longest row in characters. */
const LONGEST_ROW = 400;
/** What a reader looks for last, and so is left out first. */
const OUTER: ReadonlySet<string> = new Set([
  ...["banner", "navigation", "contentinfo", "complementary", "search", "Iframe"],
]);

/** A row of the whole page. */
export interface ViewLine {
  readonly text: string;
  /** Number behind the last row that belongs to it. */
  readonly end: number;
  readonly landmark?: string | undefined;
}

/** Rows from one number up to another, which a name stands for. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** All rows of a page. */
export function linesOf(items: readonly OutlineItem[]): readonly ViewLine[] {
  const lines: ViewLine[] = [];
  const add = (item: OutlineItem, indent: string): void => {
    const at = lines.length;
    const [first = "", ...others] = wrapped(item.text);
    lines.push({ text: `${indent}${first}`, end: 0, landmark: item.landmark });
    for (const rest of others) lines.push({ text: `${indent} ${rest}`, end: lines.length + 1 });
    for (const child of item.children) add(child, item.landmark === "main" ? indent : `${indent} `);
    const line = lines[at];
    if (line !== undefined) lines[at] = { ...line, end: lines.length };
  };
  for (const item of items) add(item, "");
  return lines;
}

/**
 * The rows of a range, as far as they fit.
 *
 * @param nameOf gives what is left out the name by which it can be read.
 */
export function viewOf(
  lines: readonly ViewLine[],
  range: LineRange,
  nameOf: (range: LineRange) => string,
): string {
  const closed = closedParts(lines, range);
  const rows: string[] = [];
  let remaining = MOST_CHARACTERS;
  for (let at = range.from; at < range.to; ) {
    const line = lines[at];
    if (line === undefined) break;
    const isClosed = closed.has(at);
    // Its head alone; what lies in it has a name.
    const text = isClosed
      ? `${line.text} … ${count(line.end - at - 1)}: read ${nameOf({ from: at + 1, to: line.end })}`
      : line.text;
    if (text.length + 1 > remaining && rows.length > 0) {
      rows.push(`… ${count(range.to - at)}: read ${nameOf({ from: at, to: range.to })}`);
      break;
    }
    rows.push(text);
    remaining -= text.length + 1;
    at = isClosed ? line.end : at + 1;
  }
  return rows.join("\n");
}

/** Rows that are new since another reading; there may be too many of them to be worth telling apart. */
const MOST_CHANGED = 0.5;

/**
 * What an action changed on a page.
 *
 * @returns undefined where most of the page is another one.
 */
export function changedRows(
  before: readonly ViewLine[],
  now: readonly ViewLine[],
): readonly ViewLine[] | undefined {
  const counts = new Map<string, number>();
  for (const { text } of before) counts.set(text, (counts.get(text) ?? 0) + 1);
  const changed = now.filter(({ text }) => {
    const times = counts.get(text) ?? 0;
    if (times > 0) counts.set(text, times - 1);
    return times === 0;
  });
  const size = changed.reduce((sum, { text }) => sum + text.length + 1, 0);
  // What does not fit is listed with the whole, whose rows have positions to go on from.
  if (changed.length > now.length * MOST_CHANGED || size > MOST_CHARACTERS) return undefined;
  // Each on its own: what belonged to it may be as it was.
  return changed.map(({ text }, at) => ({ text, end: at + 1 }));
}

/** Parts around the content that are listed by their heads, the longest first, until the rest fits. */
function closedParts(lines: readonly ViewLine[], { from, to }: LineRange): ReadonlySet<number> {
  const size = (start: number, end: number): number =>
    lines.slice(start, end).reduce((sum, { text }) => sum + text.length + 1, 0);
  const outer: { readonly at: number; readonly size: number }[] = [];
  for (let at = from; at < to; ) {
    const line = lines[at];
    const isOuter = line?.landmark !== undefined && OUTER.has(line.landmark);
    if (line !== undefined && isOuter) outer.push({ at, size: size(at, line.end) });
    at = line !== undefined && isOuter ? line.end : at + 1;
  }
  const closed = new Set<number>();
  let remaining = size(from, to);
  for (const part of outer.toSorted((one, other) => other.size - one.size)) {
    if (remaining <= MOST_CHARACTERS) break;
    closed.add(part.at);
    remaining -= part.size;
  }
  return closed;
}

function count(rows: number): string {
  return `${rows.toLocaleString("en")} more`;
}

function wrapped(text: string): readonly string[] {
  if (text.length <= LONGEST_ROW) return [text];
  const rows: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const space = rest.length > LONGEST_ROW ? rest.lastIndexOf(" ", LONGEST_ROW) : -1;
    const at =
      rest.length <= LONGEST_ROW ? rest.length : space > LONGEST_ROW / 2 ? space : LONGEST_ROW;
    rows.push(rest.slice(0, at).toWellFormed());
    rest = rest.slice(at).trimStart();
  }
  return rows;
}
