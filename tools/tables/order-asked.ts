/** Which end of an order a line asks for: small models take the latest year for the oldest, and the fewest milliseconds for the slowest. */

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
  /(\border\s+by\s+["`]?([\p{L}_][\p{L}\p{N}_]*)["`]?)(\s+(?:asc|desc))?(\s+limit\s+\d+\s*;?\s*$)/iu;

/** @returns the query with the end of its order that the line asks for. */
export function orderAsked(sql: string, line: string): string {
  const [, order = "", column = "", given = "", end = ""] = ORDER.exec(sql) ?? [];
  const direction = directionOf(column, line);
  const isAsked = direction === undefined || (given.trim().toUpperCase() || "ASC") === direction;
  return isAsked ? sql : sql.replace(ORDER, () => `${order} ${direction}${end}`);
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
