/** What of a table a user's line names, as conditions of a query; in text-to-SQL finding it is called value linking. */
import { stem } from "#language/stem.ts";
import { isStopWord, wordsOf } from "#language/text.ts";
import type { SqlCell, SqlTable } from "./table.ts";

/** So many conditions are told, those that the fewest records meet. */
const MOST = 4;
/** A longer value is a text, which a line names by its words. */
const MOST_WORDS = 4;
/** A word that more of the records have tells them apart too little. */
const COMMON = 0.6;
/** Of a longer line, such as a pasted text, the first words are looked for. */
const MOST_TERMS = 60;

interface Found {
  readonly condition: string;
  readonly records: number;
}

/** @returns `ship = 'Plover'` and `text LIKE '%jam%'`, each met by some of the records. */
export function namedConditions(line: string, table: SqlTable): readonly string[] {
  const { length } = table.rows;
  return conditionsOf(line, table)
    .filter(({ records }) => records <= length * COMMON || length <= 2)
    .toSorted((a, b) => a.records - b.records)
    .slice(0, MOST)
    .map(({ condition, records }) => `${condition} (${records} of ${length} records)`);
}

function conditionsOf(line: string, table: SqlTable): readonly Found[] {
  const { columns, rows, name } = table;
  const own = new Set([name, ...columns.map((one) => one.name)].flatMap(wordsOf).map(stem));
  const terms = [...new Set(wordsOf(line))].slice(0, MOST_TERMS);
  const stems = new Set(terms.map(stem));
  return columns.flatMap((column, at): readonly Found[] => {
    const cells = rows.map((row) => row[at] ?? null);
    if (column.isNumeric) return [];
    const values = sameValues(cells, stems).map(({ value, records }) => ({
      condition: `${column.name} = ${quoted(value)}`,
      records,
    }));
    const words = values.length > 0 ? [] : wordsWithin(cells, terms, own);
    return [
      ...values,
      ...words.map(({ value, records }) => ({
        condition: `${column.name} LIKE ${quoted(`%${value}%`)}`,
        records,
      })),
    ];
  });
}

/** Whether a line has a word of the table: its name, a column, or a value. */
export function isAbout(line: string, table: SqlTable): boolean {
  const { name, columns } = table;
  const stems = new Set(wordsOf(line).slice(0, MOST_TERMS).map(stem));
  const own = [name, ...columns.map((one) => one.name)].flatMap((one) => one.split(/_+/));
  const words = own.flatMap(wordsOf).filter((word) => !isStopWord(word));
  return words.some((word) => stems.has(stem(word))) || conditionsOf(line, table).length > 0;
}

interface Value {
  readonly value: string;
  readonly records: number;
}

/** Values all of whose words stand in the line, in one form or another. */
function sameValues(cells: readonly SqlCell[], stems: ReadonlySet<string>): readonly Value[] {
  const counts = new Map<string, number>();
  for (const cell of cells)
    if (typeof cell === "string") counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts]
    .map(([value, records]) => ({ value, records }))
    .filter(({ value }) => {
      const words = wordsOf(value);
      const isText = words.length === 0 || words.length > MOST_WORDS;
      if (isText || words.every((word) => isStopWord(word) || /^\d/.test(word))) return false;
      return words.every((word) => stems.has(stem(word)));
    });
}

/** Words of the line that stand within cells, in the form that the cells have. */
function wordsWithin(
  cells: readonly SqlCell[],
  terms: readonly string[],
  own: ReadonlySet<string>,
): readonly Value[] {
  const texts = cells.map((cell) => wordsOf(String(cell ?? "")));
  return terms.flatMap((term): readonly Value[] => {
    const root = stem(term);
    if (isStopWord(term) || own.has(root) || term.length < 3 || /^\d/.test(term)) return [];
    const forms = texts.flatMap((words) => words.filter((word) => stem(word) === root));
    const records = texts.filter((words) => words.some((word) => stem(word) === root)).length;
    // The shortest form is the beginning of the others, as far as they have one.
    const [value] = forms.toSorted((a, b) => a.length - b.length);
    return value === undefined ? [] : [{ value, records }];
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
