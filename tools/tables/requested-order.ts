/** Which end of which order a line asks for: small models take the latest year for the oldest, and the fewest milliseconds for the slowest. */
import type { SqlTable } from "./table.ts";

/** Words for an end of an order that depends on what is measured. */
const EARLY =
  /(?<!\p{L})(?:oldest|older|eldest|earliest|earlier|älteste[rsn]?|frühe?ste[rsn]?)(?!\p{L})/iu;
const LATE =
  /(?<!\p{L})(?:youngest|younger|newest|newer|latest|later|most recent|jüngste[rsn]?|neue?ste[rsn]?|späteste[rsn]?)(?!\p{L})/iu;
const SLOW =
  /(?<!\p{L})(?:slowest|slower|longest|longer|langsamste[rsn]?|längste[rsn]?)(?!\p{L})/iu;
const FAST =
  /(?<!\p{L})(?:fastest|faster|quickest|quicker|shortest|shorter|schnellste[rsn]?|kürzeste[rsn]?)(?!\p{L})/iu;

/** Columns that hold a point in time, a length of time, and an age. */
const POINT =
  /(?:^|_)(?:year|date|day|born|birth(?:day|date)?|since|founded|built|made|planted|time|at|jahr|datum)$/i;
const SINCE = /(?:^|_)(?:since|joined|hired|began|started|founded|seit)$/i;
const LENGTH =
  /(?:^|_)(?:ms|s|sec|secs|seconds?|min|minutes?|hours?|duration|latency|took|elapsed|millis\w*|dauer)$/i;
const AGE = /(?:^|_)(?:age|alter)$/i;

const ORDER =
  /(\border\s+by\s+(?:(?:min|max|avg|sum)\s*\(\s*)?["`]?([\p{L}_][\p{L}\p{N}_]*)["`]?(?:\s*\))?)(\s+(?:asc|desc))?(\s+limit\s+\d+\s*;?\s*$)/iu;
const EXTREME = /\b(min|max)(?=\s*\(\s*["`]?([\p{L}_][\p{L}\p{N}_]*)["`]?\s*\))/giu;
/** A value that others are compared with may be of any end. */
const WITHIN = /\(\s*select\b/iu;

/** @returns the query with the end of its order that the line asks for, and the lowest or the highest value. */
export function withRequestedOrder(sql: string, line: string): string {
  const query = withRequestedExtreme(sql, line);
  const [, order = "", column = "", written = "", end = ""] = ORDER.exec(query) ?? [];
  const direction = directionOf(column, line);
  const isRequested =
    direction === undefined || (written.trim().toUpperCase() || "ASC") === direction;
  return isRequested ? query : query.replace(ORDER, () => `${order} ${direction}${end}`);
}

/** The fewest milliseconds of each path are not its slowest request. */
function withRequestedExtreme(sql: string, line: string): string {
  const kinds = new Set([...sql.matchAll(EXTREME)].map(([, kind = ""]) => kind.toLowerCase()));
  if (kinds.size !== 1 || WITHIN.test(sql)) return sql;
  return sql.replace(EXTREME, (kind, _kind, column: string) => {
    const direction = directionOf(column, line);
    return direction === undefined ? kind : direction === "ASC" ? "MIN" : "MAX";
  });
}

/** Groups by a number, in no order. */
const GROUPS =
  /^\s*select\s(?=[^;]*?\b((?:sum|count|avg|min|max)\s*\([^()]*\)))(?:(?!\b(?:select|union|order\s+by|having|limit)\b).)*\bgroup\s+by\s+(?:(?!\b(?:select|union|order\s+by|having|limit)\b)[^;])+?(?=\s*;?\s*$)/isu;
const LEAST =
  /(?<!\p{L})(?:least|fewest|lowest|smallest|cheapest|shortest|lightest|minimum|wenigsten|kleinste[rsn]?|niedrigste[rsn]?|billigste[rsn]?)(?!\p{L})/iu;

/** @returns the query with its groups in the order of their number: of a list in no order a small model takes another one. */
export function groupsInOrder(sql: string, line: string): string {
  const [all, number] = GROUPS.exec(sql) ?? [];
  if (all === undefined || number === undefined) return sql;
  const column = /\(\W*([\p{L}\p{N}_]+)/u.exec(number)?.[1] ?? "";
  const direction = directionOf(column, line) ?? (LEAST.test(line) ? "ASC" : "DESC");
  return `${all} ORDER BY ${number} ${direction}`;
}

/** What happened first or last, and not what is the earliest in a day. */
const IN_TIME =
  /(?<!\p{L})(?:first|last|newest|(?:most|least) recent(?:ly)?|erste[rsn]?|letzte[rsn]?|zuletzt|zuerst|premi[eè]re?s?|derni[eè]re?s?|primer[oa]?s?|[uú]ltim[oa]s?)(?!\p{L})/iu;
const BY_TIME = /\border\s+by\s+["`]?time["`]?(\s+(?:asc|desc))?(\s+limit\s+\d+\s*;?\s*$)/iu;

interface OrderContext {
  readonly line: string;
  readonly tables: readonly SqlTable[];
}

/** @returns the query in the order of days and times, or of lines, where a line asks for the first or the last of several days. */
export function inTime(sql: string, { line, tables }: OrderContext): string {
  const [table, ...others] = tables;
  const [order, direction = "", end = ""] = BY_TIME.exec(sql) ?? [];
  if (table === undefined || others.length > 0 || order === undefined || !IN_TIME.test(line))
    return sql;
  const names = table.columns.map(({ name }) => name.toLowerCase());
  const columns = names.includes("date") ? ["date", "time"] : goesOn(table, names) ? ["line"] : [];
  if (columns.length === 0) return sql;
  const parts = columns.map((column) => `${column}${direction}`);
  return sql.replace(BY_TIME, () => `ORDER BY ${parts.join(", ")}${end}`);
}

/** Of the lines of a log that goes over midnight; one whose times go up and down is in no order of time. */
const FEW_MIDNIGHTS = 0.25;

function goesOn({ rows }: SqlTable, names: readonly string[]): boolean {
  const at = names.indexOf("time");
  if (!names.includes("line") || at === -1) return false;
  const times = rows.flatMap((row) => {
    const [, hours, minutes] = /^(\d+):(\d+)/.exec(String(row[at] ?? "")) ?? [];
    return hours === undefined ? [] : [Number(hours) * 60 + Number(minutes)];
  });
  const midnights = times.filter((time, index) => time < (times[index - 1] ?? 0)).length;
  return midnights > 0 && midnights <= times.length * FEW_MIDNIGHTS;
}

interface Measure {
  readonly columns: RegExp;
  /** Words for the lowest value of such a column, and for the highest. */
  readonly lowest: RegExp;
  readonly highest: RegExp;
}

const MEASURES: readonly Measure[] = [
  // Who has been there since the earliest day has been there the longest.
  { columns: SINCE, lowest: SLOW, highest: FAST },
  { columns: POINT, lowest: EARLY, highest: LATE },
  { columns: AGE, lowest: LATE, highest: EARLY },
  { columns: LENGTH, lowest: FAST, highest: SLOW },
];

function directionOf(column: string, line: string): "ASC" | "DESC" | undefined {
  for (const { columns, lowest, highest } of MEASURES) {
    const [isLowest, isHighest] = [lowest.test(line), highest.test(line)];
    if (columns.test(column) && isLowest !== isHighest) return isLowest ? "ASC" : "DESC";
  }
  return undefined;
}
