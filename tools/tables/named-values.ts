/** Values of a table that a user's line names; in text-to-SQL finding them is called value linking. */
import { stem } from "#language/stem.ts";
import { isStopWord, wordsOf } from "#language/text.ts";
import type { Table } from "./read-table.ts";

export interface NamedValue {
  readonly column: string;
  readonly value: string;
  /** How many of the records have it: not all of them. */
  readonly records: number;
}

/** A longer value is a text, of which a line has some words by chance. */
const MOST_WORDS = 4;

/** @returns the values all of whose words stand in the line, in one form or another. */
export function namedValues(line: string, { rows, columns }: Table): readonly NamedValue[] {
  const stems = new Set(wordsOf(line).map(stem));
  const numbers = new Set(line.match(/\d{3,}/g) ?? []);
  return columns.flatMap((column) => {
    const counts = new Map<string, number>();
    for (const { [column]: cell = "" } of rows) {
      for (const one of Array.isArray(cell) ? cell : [cell]) {
        counts.set(String(one), (counts.get(String(one)) ?? 0) + 1);
      }
    }
    return [...counts]
      .filter(([value, records]) => records < rows.length && isNamed(value, { stems, numbers }))
      .map(([value, records]) => ({ column, value, records }));
  });
}

interface Line {
  readonly stems: ReadonlySet<string>;
  /** Of three digits and more: smaller ones stand in most lines for something else. */
  readonly numbers: ReadonlySet<string>;
}

function isNamed(value: string, { stems, numbers }: Line): boolean {
  const words = wordsOf(value);
  if (words.length === 0 || words.length > MOST_WORDS) return false;
  if (/^\d+$/.test(value)) return numbers.has(value);
  if (words.every((word) => isStopWord(word) || /^\d/.test(word))) return false;
  return words.every((word) => stems.has(stem(word)));
}
