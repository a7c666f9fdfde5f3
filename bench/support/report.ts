/** What a benchmark says, and how it is printed. */
import { median, ratio, type Series } from "./compare.ts";

/** A figure that we would like to reach. It is printed beside what was measured and never enforced. */
export interface Aim {
  /** For example "chatOnce at most 2 × raw". */
  readonly text: string;
  readonly measured: number;
  readonly isMet: boolean;
}

export interface Section {
  /** What was measured, for example "chat-stream, one chunk a packet". */
  readonly title: string;
  /** Unit of all figures, and which way is better, for example "µs per chunk, less is better". */
  readonly unit: string;
  /** The first one is the yardstick of the last column. */
  readonly series: readonly Series[];
  readonly aims: readonly Aim[];
}

/** Findings in words. */
export interface Grid {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** @returns the aim that `one` takes at most `most` times as much as `other`. */
export function atMostTimes(most: number, [one, other]: readonly [Series, Series]): Aim {
  const measured = ratio(one, other);
  return { text: `${one.name} ≤ ${most} × ${other.name}`, measured, isMet: measured <= most };
}

/** @returns the aim that the median of `series` is below `limit`. */
export function below(limit: number, series: Series): Aim {
  const measured = median(series.samples);
  return { text: `${series.name} < ${limit}`, measured, isMet: measured < limit };
}

/** @returns the aim that the median of `series` is at least `limit`. */
export function atLeast(limit: number, series: Series): Aim {
  const measured = median(series.samples);
  return { text: `${series.name} ≥ ${limit}`, measured, isMet: measured >= limit };
}

/** Finds the series of a contestant. */
export function named(series: readonly Series[], name: string): Series {
  const found = series.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No contestant is called "${name}"`);
  return found;
}

/** Ends a benchmark: prints its table, or with `--json` its figures for the program that runs all of them. */
export function publish(sections: readonly (Section | Grid)[]): void {
  const asJson = process.argv.includes("--json");
  process.stdout.write(`${asJson ? JSON.stringify(sections) : table(sections)}\n`);
}

/** All sections as one table; each grid as one of its own. */
export function table(sections: readonly (Section | Grid)[]): string {
  const rows = sections.flatMap((section) => ("rows" in section ? [] : rowsOf(section)));
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return sections
    .map((section) => ("rows" in section ? gridText(section) : sectionText(section, widths)))
    .join("\n");
}

function sectionText(section: Section, widths: readonly number[]): string {
  const lines = rowsOf(section).map((row) => lineOf(row, widths));
  const aims = section.aims.map(aimLine);
  return [`${section.title} (${section.unit})`, ...lines, ...aims, ""].join("\n");
}

function gridText({ title, head, rows }: Grid): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return [title, ...lines.map((line) => `  ${line.join("   ")}`.trimEnd()), ""].join("\n");
}

type Row = readonly [string, string, string, string];

const HEAD: Row = ["", "median", "lowest – highest", "ratio"];

function rowsOf({ series }: Section): readonly Row[] {
  const [yardstick] = series;
  const rows = series.map((one): Row => {
    const sorted = one.samples.toSorted((a, b) => a - b);
    const spread = `${readable(sorted[0])} – ${readable(sorted.at(-1))}`;
    // Series of other rounds are other questions: only their own aims say something of them.
    const isComparable = one.samples.length === yardstick?.samples.length;
    const times =
      yardstick === undefined || !isComparable ? "" : `${ratio(one, yardstick).toFixed(2)} ×`;
    return [one.name, readable(median(one.samples)), spread, times];
  });
  return [HEAD, ...rows];
}

function lineOf(row: Row, widths: readonly number[]): string {
  const cells = row.map((cell, column) => {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
  return `  ${cells.join("   ")}`;
}

function aimLine({ text, measured, isMet }: Aim): string {
  return `  aim ${isMet ? "met   " : "missed"}   ${text}: ${readable(measured)}`;
}

/** Three digits are more than a noisy machine can tell apart. */
function readable(figure: number | undefined): string {
  if (figure === undefined) return "–";
  const digits = Math.abs(figure) < 10 ? 2 : Math.abs(figure) < 100 ? 1 : 0;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return figure.toLocaleString("en", options);
}
