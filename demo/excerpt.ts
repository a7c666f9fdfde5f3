/** Which part of the demo the README shows. */
import type { Span } from "#test/screen-emulator.ts";
import { svgOf } from "./svg.ts";

export const COLUMNS = 100;

type Rows = readonly (readonly Span[])[];

/** What is shown: from a row that begins like the first to one that begins like the second. */
const PARTS: readonly (readonly [from: string, to: string])[] = [
  ["● user → toolsmith", "▸ What it made"],
  ["▸ The human approves", "▸ The tool is gone"],
];

/** @throws {Error} when the demo did not show what the picture is of. */
export function pictureOf(rows: Rows): string {
  const parts = PARTS.map(([from, to]) => cut(rows, from, to));
  return svgOf({
    title: "org demo: the models' words are recorded, the rest is real",
    description:
      "A terminal. The human asks the toolsmith for a tool that gives the median of a list of numbers. It is written, fails its cases once, is repaired, passes the stages of the gate S0 to S6, and is promoted with a signed tag. The agent then calls it, and a rollback takes it back.",
    columns: COLUMNS,
    rows: parts.flatMap((part, index) => (index === 0 ? part : [[], ...part])),
  });
}

function cut(rows: Rows, from: string, to: string): Rows {
  const texts = rows.map(textOf);
  const begin = texts.findIndex((text) => text.startsWith(from));
  const end = texts.findIndex((text, index) => index > begin && text.startsWith(to));
  if (begin < 0 || end < 0) throw new Error(`The demo shows no part from "${from}" to "${to}"`);
  return withoutLastGap(rows.slice(begin, end));
}

function withoutLastGap(rows: Rows): Rows {
  return rows.slice(0, rows.findLastIndex((row) => textOf(row).trim() !== "") + 1);
}

function textOf(row: readonly Span[]): string {
  return row.map(({ text }) => text).join("");
}

// Times and ids differ from run to run, and so does the length of a text that holds them.
const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/\d{8}T\d{6}Z/g, "TIME"],
  [/\b[0-9a-f]{8,40}\b/g, "ID"],
  [/\bforge_[0-9a-f]+/g, "RUN"],
  [/\b(?:\d+ min )?\d+(?:\.\d+)? (ms|s)\b/g, "N $1"],
  [/\b[\d,]+ characters\b/g, "N characters"],
  [/\s+/g, " "],
];

/** A row as it is in every run. */
export function steady(row: string): string {
  return CHANCE.reduce((text, [pattern, name]) => text.replace(pattern, name), row).trim();
}
