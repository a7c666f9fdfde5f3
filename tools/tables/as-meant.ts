/** What a small model's query means where it names something that the tables do not have, or the user did not ask for. */
import { stem } from "#language/stem.ts";
import { contentStems, isStopWord, wordsOf } from "#language/text.ts";
import { namedConditions } from "./named-conditions.ts";
import { isKind } from "./sql-table.ts";
import type { SqlTable } from "./table.ts";

/**
 * The query with the tables in the place of their files, and with values as the cells have them: models write `'carrots'`
 * where the cells hold `carrot`, and search for `'%paper jam%'` where the lines say `jam in tray 2`.
 */
export function asMeant(sql: string, tables: readonly SqlTable[]): string {
  const named = tables.reduce((query, { name, path }) => {
    const file = RegExp.escape(path.slice(path.lastIndexOf("/") + 1));
    const whole = new RegExp(`(["'\`]?)(?<![\\w./])(?:[\\w-]+/)*${file}(?![\\w.])\\1`, "gi");
    return query.replaceAll(whole, `"${name}"`);
  }, sql);
  const texts = textsOf(tables);
  return named
    .replaceAll(ITSELF, "julianday(MAX($1)) - julianday(MIN($1))")
    .replaceAll(EQUALS, (all, before: string, text: string) => {
      const value = sameForm(unquoted(text), texts);
      return value === undefined ? all : `${before}${quoted(value)}`;
    })
    .replaceAll(LIKE, (all, before: string, text: string) => {
      const pattern = patternOf(unquoted(text), texts);
      return pattern === undefined ? all : `${before}${quoted(pattern)}`;
    });
}

/** A date less itself is nothing: asked for is from the first to the last. */
const ITSELF =
  /\bjulianday\(\s*(["`]?[\p{L}_][\p{L}\p{N}_]*["`]?)\s*\)\s*-\s*julianday\(\s*\1\s*\)/giu;
const EQUALS = /(=\s*)'((?:[^']|'')+)'/g;
const LIKE = /(\bLIKE\s*)'((?:[^']|'')+)'/gi;
/** Of a longer cell no query names the whole. */
const LONGEST_VALUE = 80;

function textsOf(tables: readonly SqlTable[]): readonly string[] {
  const cells = new Set(tables.flatMap(({ rows }) => rows.flat()));
  return [...cells].filter((cell) => typeof cell === "string");
}

/** @returns the only cell that has the text in another form of its words, where none has the text itself. */
function sameForm(text: string, cells: readonly string[]): string | undefined {
  const wanted = contentStems(text).join(" ");
  if (wanted === "" || cells.some((cell) => cell.toLowerCase() === text.toLowerCase()))
    return undefined;
  const short = cells.filter((cell) => cell.length <= LONGEST_VALUE);
  const found = short.filter((cell) => contentStems(cell).join(" ") === wanted);
  return found.length === 1 ? found[0] : undefined;
}

/** @returns the pattern that some cell fits, where none fits the one that was written: the whole within a line, or its words. */
function patternOf(text: string, cells: readonly string[]): string | undefined {
  const fits = (pattern: string): boolean => cells.some((cell) => likeOf(pattern).test(cell));
  if (fits(text)) return undefined;
  const whole = `%${text.replace(/^%|%$/g, "")}%`;
  if (fits(whole)) return whole;
  const words = wordsOf(text)
    .filter((word) => !isStopWord(word))
    .flatMap((word) => [word, stem(word)].find((one) => fits(`%${one}%`)) ?? []);
  // All of them in one cell, in their order; else the last one, which in most languages of Europe is what it is about.
  return [words, words.slice(-1)]
    .filter(({ length }) => length > 0)
    .map((some) => `%${some.join("%")}%`)
    .find(fits);
}

/** As SQLite reads it: any characters for `%`, one for `_`. */
function likeOf(pattern: string): RegExp {
  const parts = pattern.split("%").map((part) => part.split("_").map(RegExp.escape).join("."));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}

interface Asked {
  readonly line: string;
  readonly tables: readonly SqlTable[];
}

/**
 * A value that a condition names, that the line does not, and that is no kind of records: a small model takes the values that
 * it was shown for what it was asked.
 *
 * @returns what to do instead.
 */
export function inventedValue(sql: string, { line, tables }: Asked): string | undefined {
  const words = new Set([...wordsOf(line).map(stem), ...(line.match(/\d+/g) ?? []).map(number)]);
  for (const [, column = "", text = ""] of sql.matchAll(CONDITION)) {
    const parts = [...wordsOf(unquoted(text)).map(stem), ...(text.match(/\d+/g) ?? []).map(number)];
    const isAsked = parts.length === 0 || parts.some((part) => words.has(part));
    if (isAsked || !isFree(column, tables)) continue;
    const named = tables.flatMap((table) => namedConditions(line, table)).join(", ");
    const instead =
      named === "" ? "write the query without that condition" : `the line names ${named}`;
    return `The line does not ask for ${column} ${text}: ${instead}.`;
  }
  return undefined;
}

const CONDITION = /["`]?([\p{L}_][\p{L}\p{N}_]*)["`]?\s*=\s*('(?:[^']|'')+'|\d+(?:\.\d+)?)/gu;

/** A column of many values: ids, dates, names. */
function isFree(column: string, tables: readonly SqlTable[]): boolean {
  return tables.some(({ columns, rows }) => {
    const at = columns.findIndex(({ name }) => name.toLowerCase() === column.toLowerCase());
    if (at === -1) return false;
    return !isKind(new Set(rows.map((row) => row[at])).size, rows.length);
  });
}

function number(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

function unquoted(text: string): string {
  return text.replace(/^'|'$/g, "").replaceAll("''", "'");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
