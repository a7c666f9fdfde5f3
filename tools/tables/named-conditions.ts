/** What of a table a user's line names, as conditions of a query; in text-to-SQL finding it is called value linking. */
import { stem } from "#language/stem.ts";
import { isStopWord, wordsOf } from "#language/text.ts";
import { daysIn, isWritten, tokensOf, whole } from "#language/written.ts";
import { sqlText } from "./sql-text.ts";
import type { SqlCell, SqlTable } from "./table.ts";

/** So many conditions are listed, those that the fewest records meet. */
const MOST = 4;
/** A longer value is a text, which a line names by its words. */
const MOST_WORDS = 4;
/** A word that more of the records have tells them apart too little. */
const COMMON = 0.6;
/** Of a longer line, such as a pasted text, the first words are looked for. */
const MOST_TERMS = 60;

/** A condition that some of the records meet. */
export interface NamedCondition {
  readonly column: string;
  readonly condition: string;
  readonly records: number;
  /** It says that something is so, or is not: of however many records. */
  readonly isFlag?: boolean;
}

/** @returns `ship = 'Plover' (2 of 4 records)` and `text LIKE '%jam%' (1 of 4 records)`. */
export function namedConditions(line: string, table: SqlTable): readonly string[] {
  return conditionsNamed(line, table).map(
    ({ condition, records }) => `${condition} (${records} of ${table.rows.length} records)`,
  );
}

/** @returns those that tell records apart, the rarest first. */
export function conditionsNamed(line: string, table: SqlTable): readonly NamedCondition[] {
  const { length } = table.rows;
  return conditionsOf(line, table)
    .filter(({ records, isFlag }) => isFlag || records <= length * COMMON || length <= 2)
    .toSorted((a, b) => a.records - b.records)
    .slice(0, MOST);
}

/** Names of files: they say which table is asked, and not for which records. */
const FILES =
  /(?<![\w.])[\w./-]{1,80}\.(?:[ct]sv|jsonl?|ndjson|ini|cfg|conf|toml|log|te?xt|md|markdown|ya?ml)(?![\w.])/gi;

function conditionsOf(request: string, table: SqlTable): readonly NamedCondition[] {
  const line = request.replace(FILES, " ");
  const { columns, rows, name } = table;
  const own = new Set([name, ...columns.map((one) => one.name)].flatMap(wordsOf).map(stem));
  const terms = [...new Set(wordsOf(line))].slice(0, MOST_TERMS);
  const stems = new Set(terms.map(stem));
  const written = [...new Set(tokensOf(line).slice(0, MOST_TERMS).filter(isWritten))];
  const found = columns.flatMap((column, at): readonly NamedCondition[] => {
    const cells = rows.map((row) => row[at] ?? null);
    const flag = flagIn(line, column.name, cells);
    if (flag !== undefined) return [flag];
    if (column.isNumeric) return [];
    const tokens = writtenIn(cells, written);
    const equal = [
      ...sameValues(withoutMarks(cells, column.name), stems),
      ...tokens.equal,
      ...daysOf(cells, line),
    ];
    const parts = new Set(tokens.within.flatMap(({ value }) => wordsOf(value)).map(stem));
    const single = terms.filter((term) => !parts.has(stem(term)));
    const within = equal.length > 0 ? [] : partialValues(cells, single, own);
    const conditions = [
      ...equal.map((one) => ({ ...one, condition: `= ${sqlText(one.value)}` })),
      ...[...within, ...tokens.within].map((one) => ({
        ...one,
        condition: `LIKE ${sqlText(`%${one.value}%`)}`,
      })),
    ];
    const ofColumn = conditions.map(({ condition, records }) => ({
      ...{ column: column.name, condition: `${column.name} ${condition}`, records },
    }));
    return [...new Map(ofColumn.map((one) => [one.condition.toLowerCase(), one])).values()];
  });
  return withoutHeadings(found);
}

/** How what is so or not is written, and how it stands in a query. */
const FLAGS = [
  { yes: "1", no: "0", mark: "" },
  { yes: "yes", no: "no", mark: "'" },
  { yes: "true", no: "false", mark: "'" },
  { yes: "y", no: "n", mark: "'" },
];
/** Before a word that is not so, in English, German, French and Spanish. */
const NOT =
  /(?:(?<!\p{L})(?:not|no|never|without|nicht|keine?[nmrs]?|ohne|pas|sans|sin)|n['’]t)(?:\s+(?:yet|been|a|an|the|any|noch|encore))*\s+$/iu;

/** In characters: a pasted text is long. */
const LONGEST_DENIAL = 40;

/** The condition that something is so, or is not, where the line has the words of the column. */
function flagIn(
  line: string,
  column: string,
  cells: readonly SqlCell[],
): NamedCondition | undefined {
  const texts = cells.map((cell) => String(cell ?? "").toLowerCase());
  const values = new Set(texts);
  const kind = FLAGS.find(({ yes, no }) => values.size === 2 && values.has(yes) && values.has(no));
  if (kind === undefined) return undefined;
  const roots = wordsOf(column).map(stem);
  const terms = [...line.matchAll(/\p{L}+/gu)].slice(0, MOST_TERMS).map(({ 0: word, index }) => {
    const before = line.slice(Math.max(index - LONGEST_DENIAL, 0), index);
    return { root: stem(word.toLowerCase()), isDenied: NOT.test(before) };
  });
  // What is unpaid is not paid.
  const named = roots.flatMap((own) => {
    const one = terms.find(({ root }) => root === own || root === `un${own}`);
    return one === undefined ? [] : [{ isNot: one.isDenied || one.root !== own }];
  });
  if (roots.length === 0 || named.length < roots.length) return undefined;
  const value = named.some(({ isNot }) => isNot) ? kind.no : kind.yes;
  const records = texts.filter((text) => text === value).length;
  return {
    column,
    condition: `${column} = ${kind.mark}${value}${kind.mark}`,
    records,
    isFlag: true,
  };
}

/** A heading is the section of what stands below it. */
function withoutMarks(cells: readonly SqlCell[], column: string): readonly SqlCell[] {
  return column === "text" ? cells.filter((cell) => !/^#{1,6} /.test(String(cell))) : cells;
}

/** Who names a heading asks for what stands below it, where its words seldom come again; a part of one stands in its line. */
function withoutHeadings(found: readonly NamedCondition[]): readonly NamedCondition[] {
  const whole = found.filter(({ condition }) => condition.startsWith("section = "));
  const words = new Set(whole.flatMap(({ condition }) => wordsOf(condition)).map(stem));
  return found.filter((one) => {
    const [value = ""] = /(?<=').*(?=')/.exec(one.condition) ?? [];
    if (one.column === "section") return whole.includes(one);
    return one.column !== "text" || !wordsOf(value).some((word) => words.has(stem(word)));
  });
}

/** What a line has that is not a word, such as `/search` and `2.13.0`: as a cell, and within cells. */
function writtenIn(
  cells: readonly SqlCell[],
  tokens: readonly string[],
): { readonly equal: readonly Value[]; readonly within: readonly Value[] } {
  const texts = cells.map((cell) => String(cell ?? ""));
  const count = (fits: (text: string) => boolean): number => texts.filter(fits).length;
  const found = tokens.map((value) => {
    const [folded, asWhole] = [value.toLowerCase(), whole(value)];
    const same = count((text) => text.toLowerCase() === folded);
    return { value, same, records: same === 0 ? count((text) => asWhole.test(text)) : same };
  });
  const met = found.filter(({ records }) => records > 0);
  return {
    equal: met.filter(({ same }) => same > 0),
    within: met.filter(({ same }) => same === 0),
  };
}

/** Days that the line has in words, as the cells have them: "on 2 May" is `2026-05-02`. */
function daysOf(cells: readonly SqlCell[], line: string): readonly Value[] {
  return daysIn(line).flatMap((day) => {
    const days = cells.filter(
      (cell): cell is string =>
        typeof cell === "string" && (cell === day || cell.endsWith(`-${day}`)),
    );
    return [...new Set(days)].map((value) => {
      return { value, records: days.filter((cell) => cell === value).length };
    });
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
      return words.every((word) => isStopWord(word) || stems.has(stem(word)));
    });
}

/** Words of the line that stand within cells, in the form that the cells have. */
function partialValues(
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
