/** Which end of an order a line asks for: small models take the latest year for the oldest, and the fewest milliseconds for the slowest. */

/** Words for an end of an order that depends on what is measured. */
const EARLY = /(?<!\p{L})(?:oldest|eldest|earliest|älteste[rsn]?|frühe?ste[rsn]?)(?!\p{L})/iu;
const LATE =
  /(?<!\p{L})(?:youngest|newest|latest|most recent|jüngste[rsn]?|neue?ste[rsn]?|späteste[rsn]?)(?!\p{L})/iu;
const SLOW = /(?<!\p{L})(?:slowest|longest|langsamste[rsn]?|längste[rsn]?)(?!\p{L})/iu;
const FAST = /(?<!\p{L})(?:fastest|quickest|shortest|schnellste[rsn]?|kürzeste[rsn]?)(?!\p{L})/iu;

/** Columns that hold a point in time, a length of time, and an age. */
const POINT =
  /(?:^|_)(?:year|date|day|born|birth(?:day|date)?|since|founded|built|made|planted|time|at|jahr|datum)$/i;
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

function directionOf(column: string, line: string): "ASC" | "DESC" | undefined {
  const [isEarly, isLate] = [EARLY.test(line), LATE.test(line)];
  if (POINT.test(column) && isEarly !== isLate) return isEarly ? "ASC" : "DESC";
  if (AGE.test(column) && isEarly !== isLate) return isEarly ? "DESC" : "ASC";
  const [isSlow, isFast] = [SLOW.test(line), FAST.test(line)];
  if (LENGTH.test(column) && isSlow !== isFast) return isSlow ? "DESC" : "ASC";
  return undefined;
}
