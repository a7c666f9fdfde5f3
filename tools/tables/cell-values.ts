/** What a small model's query means where it names something that the tables do not have, or the user did not ask for. */
import { stem } from "#language/stem.ts";
import { contentStems, isStopWord, wordsOf } from "#language/text.ts";
import { conditionsNamed, type NamedCondition } from "./named-conditions.ts";
import { isKind } from "./sql-table.ts";
import { sqlText } from "./sql-text.ts";
import type { SqlTable } from "./table.ts";

/**
 * The query with the tables instead of their files, and with values as the cells have them: models write `'carrots'`
 * where the cells hold `carrot`, and search for `'%paper jam%'` where the lines say `jam in tray 2`.
 */
export function withCellValues(sql: string, tables: readonly SqlTable[]): string {
  const named = tables.reduce((query, { name, path }) => {
    const file = RegExp.escape(path.slice(path.lastIndexOf("/") + 1));
    const whole = new RegExp(`(["'\`]?)(?<![\\w./])(?:[\\w-]+/)*${file}(?![\\w.])\\1`, "gi");
    return query.replaceAll(whole, `"${name}"`);
  }, sql);
  const texts = textsOf(tables);
  return withDays(named, tables)
    .replaceAll(ITSELF, "julianday(MAX($1)) - julianday(MIN($1))")
    .replaceAll(EQUALS, (all, before: string, text: string) => {
      const value = sameForm(unquoted(text), texts);
      return value === undefined ? all : `${before}${sqlText(value)}`;
    })
    .replaceAll(LIKE, (all, before: string, text: string) => {
      const pattern = patternOf(unquoted(text), texts);
      return pattern === undefined ? all : `${before}${sqlText(pattern)}`;
    });
}

const DAY = String.raw`'\d{4}-\d\d-\d\d[^']*'`;
const NAMED = String.raw`["\x60]?[\p{L}_][\p{L}\p{N}_]*["\x60]?`;
/** A column, the greatest or least cell of one, or a day. */
const TERM = String.raw`(?:MAX|MIN)\(\s*${NAMED}\s*\)|${NAMED}|${DAY}`;
const LESS = new RegExp(
  String.raw`(?<![\w"'\x60.])(${TERM})\s*-\s*(${TERM})(?![\w"'\x60.(])`,
  "giu",
);

/** SQLite takes the years of days that are written out, and subtracts them: days are meant. */
function withDays(sql: string, tables: readonly SqlTable[]): string {
  const days = new Set(tables.flatMap(dayColumns));
  const isDay = (term: string): boolean =>
    term.startsWith("'") || days.has(term.replace(/^(?:MAX|MIN)\(|["`)\s]/gi, "").toLowerCase());
  return sql.replaceAll(LESS, (all, from: string, to: string) =>
    isDay(from) && isDay(to) ? `julianday(${from}) - julianday(${to})` : all,
  );
}

function dayColumns({ columns, rows }: SqlTable): readonly string[] {
  return columns
    .filter((_, at) => {
      const cells = rows.flatMap((row) => row[at] ?? []);
      return cells.length > 0 && cells.every((cell) => /^\d{4}-\d\d-\d\d/.test(String(cell)));
    })
    .map(({ name }) => name.toLowerCase());
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
  const stems = contentStems(text).join(" ");
  if (stems === "" || cells.some((cell) => cell.toLowerCase() === text.toLowerCase()))
    return undefined;
  const short = cells.filter((cell) => cell.length <= LONGEST_VALUE);
  const found = short.filter((cell) => contentStems(cell).join(" ") === stems);
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

interface QueryContext {
  readonly line: string;
  readonly tables: readonly SqlTable[];
  /** What earlier queries of the turn brought, which a later one may name. @default none */
  readonly brought?: string | undefined;
}

/** What is run instead of a query. */
interface QueryAttempt {
  readonly query: string;
  /** Is run beside it, for the line may mean that: the query without the condition that was added to it. */
  readonly beside?: string | undefined;
}

/**
 * Conditions with a value that the line does not name, and that is not a kind of records, give way to those that it names: a small
 * model takes its context for the request, and writes the same once more when the result says so. A query without any
 * condition gets what the line names, and is run as it was written as well.
 *
 * @returns what to run instead of a query, one after the other until one finds something.
 */
export function queryAttempts(
  sql: string,
  { line, tables, brought = "" }: QueryContext,
): readonly QueryAttempt[] {
  const lineParts = partsOf(`${line} ${brought}`);
  const isUnsupported = (column: string, text: string): boolean => {
    const parts = partsOf(unquoted(text));
    return parts.size > 0 && parts.isDisjointFrom(lineParts) && isFree(column, tables);
  };
  const matches = [...sql.matchAll(CONDITION)];
  const unsupported = matches.filter(([, column = "", text = ""]) => isUnsupported(column, text));
  if (unsupported.length === 0)
    return [...narrowed(sql, { line, tables }), { query: sql }, ...alternatives(sql)];
  const others = tables.flatMap((table) => conditionsNamed(line, table));
  const missing = others.filter(({ condition }) => !includes(sql, condition));
  const [rarest] = missing.toSorted((a, b) => a.records - b.records);
  const instead = [
    ...(rarest === undefined ? [] : [together(missing), rarest.condition]),
    EVERYTHING,
  ];
  return [...new Set(instead)].map((condition) => ({
    query: replaced(sql, unsupported, condition),
  }));
}

const BOTH =
  /(["\x60]?([\p{L}_][\p{L}\p{N}_.]*)["\x60]?\s*(?:=|LIKE)\s*'(?:[^']|'')+')\s+AND\s+(["\x60]?\2["\x60]?\s*(?:=|LIKE)\s*'(?:[^']|'')+')/giu;

/** A part of a condition, such as the `%do%` of to-dos. */
const AND_LIKE =
  /\s+AND\s+["\x60]?[\p{L}_][\p{L}\p{N}_.]*["\x60]?\s+LIKE\s+'([^']*)'|["\x60]?[\p{L}_][\p{L}\p{N}_.]*["\x60]?\s+LIKE\s+'([^']*)'\s+AND\s+/giu;

/**
 * What a query may mean that finds nothing. No cell is two values at once: who asks for both asks for the records of each. And a
 * small word of the line is in no record because it was asked with.
 */
function alternatives(sql: string): readonly QueryAttempt[] {
  const either = sql.replaceAll(BOTH, "($1 OR $3)");
  const without = sql.replaceAll(AND_LIKE, (all, behind?: string, before?: string) => {
    const words = wordsOf(behind ?? before ?? "");
    return words.length > 0 && words.every(isStopWord) ? " " : all;
  });
  return [either, without].filter((query) => query !== sql).map((query) => ({ query }));
}

/** Of one table, all of its records. */
const UNCONDITIONAL =
  /^(\s*select\s+(?!distinct\b)(?:(?!\b(?:from|select)\b).)+\sfrom\s+["\x60]?([\p{L}_][\p{L}\p{N}_]*)["\x60]?)((?:\s+(?:group\s+by|order\s+by|limit)\s(?:(?!\b(?:where|select|join)\b).)*)?\s*;?\s*)$/isu;
/** What a number or an order is asked with, and seldom a word of a record. */
const ASKING =
  /'%?(?:first|second|third|last|next|total|sum|average|mean|highest|lowest|largest|smallest|longest|shortest|oldest|newest|number|count|order|record|line)s?%?'$/i;

/** The query with what the line names: values of columns, and words of lines. */
function narrowed(sql: string, { line, tables }: QueryContext): readonly QueryAttempt[] {
  const [, before = "", from = "", end = ""] = UNCONDITIONAL.exec(sql) ?? [];
  const table = tables.find(({ name }) => name.toLowerCase() === from.toLowerCase());
  if (table === undefined) return [];
  const named = conditionsNamed(line, table).filter(({ column, condition }) => {
    const isPlain = condition.startsWith(`${column} = `) || column === "text";
    return isPlain && !ASKING.test(condition) && !isGrouped(column, end);
  });
  const [rarest] = named;
  if (rarest === undefined) return [];
  return [...new Set([together(named), rarest.condition])].map((condition) => ({
    query: `${before} WHERE ${condition}${end}`,
    beside: sql,
  }));
}

/** Groups of a column are compared with each other. */
function isGrouped(column: string, end: string): boolean {
  return new RegExp(String.raw`\bgroup\s+by\b.*\b${RegExp.escape(column)}\b`, "is").test(end);
}

/** Words and numbers. */
function partsOf(text: string): ReadonlySet<string> {
  return new Set([...wordsOf(text).map(stem), ...(text.match(/\d+/g) ?? []).map(number)]);
}

/** Of a condition instead of one that the line does not ask for. */
const EVERYTHING = "1";

function includes(sql: string, condition: string): boolean {
  const [, value = ""] = /'%?(.*?)%?'$/.exec(condition) ?? [];
  return sql.toLowerCase().includes(value.toLowerCase());
}

/** Values of one column are alternatives. */
function together(conditions: readonly NamedCondition[]): string {
  const columns = Map.groupBy(conditions, ({ column }) => column);
  const all = [...columns.values()].map((ones) =>
    ones.map(({ condition }) => condition).join(" OR "),
  );
  return all.length === 1 ? `(${all.join()})` : all.map((one) => `(${one})`).join(" AND ");
}

/** The first of the matches becomes the condition, the others hold always. */
function replaced(sql: string, matches: readonly RegExpExecArray[], condition: string): string {
  const [first] = matches;
  return matches.reduceRight((query, match) => {
    const { index, 0: all } = match;
    const instead = match === first ? condition : EVERYTHING;
    return `${query.slice(0, index)}${instead}${query.slice(index + all.length)}`;
  }, sql);
}

/** With the name of a table or without. */
const CONDITION =
  /(?:["`]?[\p{L}_][\p{L}\p{N}_]*["`]?\.)?["`]?([\p{L}_][\p{L}\p{N}_]*)["`]?\s*=\s*('(?:[^']|'')+'|\d+(?:\.\d+)?)/gu;

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
