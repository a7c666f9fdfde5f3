/** Answers a question to a table: conditions, one thing to find out, of all records or of each group. */
import { contentStems } from "#language/text.ts";
import type { Cell, Row, Table } from "./read-table.ts";

export const COMPARISONS = [
  "equal to",
  "not equal to",
  "containing",
  "more than",
  "less than",
] as const;
export const AIMS = [
  "list",
  "count",
  "count different",
  "sum",
  "mean",
  "lowest",
  "highest",
  "sorted",
] as const;
/** Of `for_each`: one answer for all. */
export const ALL_RECORDS = "all records";

interface Condition {
  readonly column: string;
  readonly is: string;
  readonly value: string;
}

export interface Query {
  /** All of them have to hold. */
  readonly where: readonly Condition[];
  /** One of {@link AIMS}. */
  readonly do: string;
  readonly column: string;
  /** A column whose values make the groups, or {@link ALL_RECORDS}. */
  readonly for_each: string;
}

export interface QueryAnswer {
  readonly ok: boolean;
  /** What the model reads. */
  readonly text: string;
}

/** So many records, groups or values are shown. */
const MOST_SHOWN = 12;
/** Of one record, in characters. */
const LONGEST_RECORD = 240;

/**
 * A condition that no record meets is read as the only one that it can mean: another form of the word, another column.
 *
 * @param query its columns are columns of the table.
 */
export function answer(table: Table, given: Query): QueryAnswer {
  const where = given.where.map((condition) => meant(table, condition));
  const read = where.filter((one, index) => one !== given.where[index]);
  const query = { ...given, where };
  const found = matching(table.rows, where);
  if (found.length === 0) return { ok: false, text: whyNone(table, query) };
  const isWhole = query.for_each === ALL_RECORDS;
  const text = isWhole ? of(found, query) : ofGroups(found, query);
  if (text === undefined) {
    const numeric = table.columns.filter((column) => found.some((row) => isNumber(row[column])));
    const names = numeric.length === 0 ? "none" : numeric.join(", ");
    return { ok: false, text: `${query.column} holds no numbers; columns with numbers: ${names}` };
  }
  const readAs = read.map((one) => `where ${one.column} is ${JSON.stringify(one.value)}: `);
  const matched =
    query.where.length === 0 ? "" : `${found.length} of ${table.rows.length} records match. `;
  return { ok: true, text: `${readAs.join("")}${matched}${text}` };
}

function meant(table: Table, condition: Condition): Condition {
  if (condition.is !== "equal to" || matching(table.rows, [condition]).length > 0) return condition;
  const sameForm = (value: string): boolean =>
    contentStems(value).join(" ") === contentStems(condition.value).join(" ");
  const forms = valuesOf(table.rows, condition.column).filter(sameForm);
  const inOthers = table.columns
    .map((column) => ({ ...condition, column }))
    .filter((one) => matching(table.rows, [one]).length > 0);
  const readings = [...forms.map((value) => ({ ...condition, value })), ...inOthers];
  const [only] = readings;
  return readings.length === 1 && only !== undefined ? only : condition;
}

function matching(rows: readonly Row[], where: readonly Condition[]): readonly Row[] {
  return rows.filter((row) => where.every((condition) => holds(row, condition)));
}

function holds(row: Row, { column, is, value }: Condition): boolean {
  const cell = row[column];
  const values = Array.isArray(cell) ? cell : [cell];
  const some = (test: (one: Cell | undefined) => boolean): boolean => values.some(test);
  switch (is) {
    case "equal to":
      return some((one) => isSame(one, value));
    case "not equal to":
      return !some((one) => isSame(one, value));
    case "containing":
      return some((one) => textOf(one).includes(value.trim().toLowerCase()));
    case "more than":
      return some((one) => compare(one, value) > 0);
    default:
      return some((one) => textOf(one) !== "" && compare(one, value) < 0);
  }
}

function isSame(cell: Cell | undefined, value: string): boolean {
  const text = value.trim().toLowerCase();
  if (textOf(cell) === text) return true;
  return isNumber(cell) && isNumber(value) && numberOf(cell) === numberOf(value);
}

function textOf(cell: Cell | undefined): string {
  return String(cell ?? "")
    .trim()
    .toLowerCase();
}

function isNumber(cell: Cell | undefined): boolean {
  return Number.isFinite(numberOf(cell));
}

function numberOf(cell: Cell | undefined): number {
  if (typeof cell === "number") return cell;
  return typeof cell === "string" && cell.trim() !== "" ? Number(cell) : Number.NaN;
}

/** As numbers where both are, else as texts: dates and times of one form are in order then. */
function compare(one: Cell | undefined, other: Cell | undefined): number {
  if (isNumber(one) && isNumber(other)) return numberOf(one) - numberOf(other);
  const [a, b] = [textOf(one), textOf(other)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** @returns nothing where there is no number to compute with. */
function of(rows: readonly Row[], { do: aim, column, where }: Query): string | undefined {
  const isPart = where.length > 0;
  switch (aim) {
    case "count":
      return counted(rows, isPart);
    case "count different":
      return `different values of ${column}: ${valuesOf(rows, column).length}`;
    case "sum":
    case "mean": {
      const value = computed(rows, aim, column);
      return value === undefined ? undefined : `${aim} of ${column}: ${value}`;
    }
    case "lowest":
    case "highest":
      return extreme(rows, aim, column);
    case "sorted":
      return numbered(sorted(rows, column));
    default:
      return shown(rows.map(recordText));
  }
}

/** So few records are shown behind their number: models ask how many there are where they look for one of them. */
const FEW = 5;

function counted(rows: readonly Row[], isPart: boolean): string {
  const count = `count: ${rows.length}`;
  return isPart && rows.length <= FEW ? `${count}, ${shown(rows.map(recordText))}` : count;
}

function computed(rows: readonly Row[], aim: string, column: string): number | undefined {
  const numbers = rows.map((row) => numberOf(row[column])).filter(Number.isFinite);
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((one, other) => one + other, 0);
  return rounded(aim === "mean" ? sum / numbers.length : sum);
}

/** Without the last digits, in which sums of decimal fractions are not exact. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function valuesOf(rows: readonly Row[], column: string): readonly string[] {
  return [...new Set(rows.flatMap((row) => row[column] ?? []).map((cell) => String(cell)))];
}

function sorted(rows: readonly Row[], column: string): readonly Row[] {
  return rows
    .filter((row) => textOf(row[column]) !== "")
    .toSorted((a, b) => compare(a[column], b[column]));
}

function extreme(rows: readonly Row[], aim: string, column: string): string {
  const inOrder = sorted(rows, column);
  const best = inOrder.at(aim === "lowest" ? 0 : -1)?.[column];
  const all = inOrder.filter((row) => compare(row[column], best) === 0);
  return `${aim} ${column}: ${String(best)}, in ${shown(all.map(recordText))}`;
}

/** Both ends of many: who asks for an order asks for the last as often as for the first. */
function numbered(rows: readonly Row[]): string {
  const lines = rows.map((row, index) => `${index + 1}. ${recordText(row)}`);
  if (lines.length <= MOST_SHOWN) return lines.join("\n");
  const half = MOST_SHOWN / 2;
  const left = `… ${lines.length - MOST_SHOWN} more …`;
  return [...lines.slice(0, half), left, ...lines.slice(-half)].join("\n");
}

/** The groups with the largest answers first. */
function ofGroups(rows: readonly Row[], query: Query): string | undefined {
  const groups = Map.groupBy(rows, (row) => String(row[query.for_each] ?? ""));
  const answers = [...groups].flatMap(([name, group]) => {
    const text = ofGroup(group, query);
    return text === undefined ? [] : [{ name, ...text }];
  });
  if (answers.length === 0) return undefined;
  const inOrder = answers.toSorted((a, b) => compare(b.rank, a.rank));
  const { do: aim, column, for_each } = query;
  const head = `${aim} of ${column} for each ${for_each}, the largest first:`;
  return [head, shown(inOrder.map(({ name, text }) => `${name}: ${text}`))].join("\n");
}

/** What is said of a group, and what it is put in order by. */
function ofGroup(
  rows: readonly Row[],
  { do: aim, column }: Query,
): { readonly text: string; readonly rank: Cell } | undefined {
  if (aim === "lowest" || aim === "highest") {
    const best = sorted(rows, column).at(aim === "lowest" ? 0 : -1);
    const rank = best?.[column] ?? "";
    return {
      text: `${String(rank)}, in ${best === undefined ? "no record" : recordText(best)}`,
      rank,
    };
  }
  if (aim === "sum" || aim === "mean") {
    const value = computed(rows, aim, column);
    return value === undefined ? undefined : { text: String(value), rank: value };
  }
  if (aim === "count") return { text: String(rows.length), rank: rows.length };
  const values = valuesOf(sorted(rows, column), column);
  const isCounted = aim === "count different";
  return { text: isCounted ? String(values.length) : values.join(", "), rank: values.length };
}

function recordText(row: Row): string {
  const text = JSON.stringify(row);
  return text.length > LONGEST_RECORD ? `${text.slice(0, LONGEST_RECORD).toWellFormed()}…` : text;
}

function shown(lines: readonly string[]): string {
  const more = lines.length - MOST_SHOWN;
  return [...lines.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

/** Which condition nothing meets, and what there is. */
function whyNone({ rows, columns }: Table, { where }: Query): string {
  const unmet = where.find((condition) => matching(rows, [condition]).length === 0);
  if (unmet === undefined) return "no record meets all conditions of where together";
  const { column, is, value } = unmet;
  const said = `no record has ${column} ${is} ${JSON.stringify(value)}`;
  const elsewhere = columns.find((one) => matching(rows, [{ ...unmet, column: one }]).length > 0);
  if (elsewhere !== undefined) return `${said}; ${elsewhere} has it`;
  const inOrder = sorted(rows, column);
  if (inOrder.every((row) => isNumber(row[column]))) {
    const [low, high] = [inOrder.at(0), inOrder.at(-1)].map((row) => String(row?.[column]));
    return `${said}; ${column} goes from ${low} to ${high}`;
  }
  const values = valuesOf(rows, column)
    .slice(0, MOST_SHOWN)
    .map((one) => JSON.stringify(one));
  return `${said}; ${column} is one of ${values.join(", ")}`;
}
