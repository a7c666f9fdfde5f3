/** Tables as a database has them: names that stand in a query without quotation marks, cells of one kind. */
import { namedConditions } from "./named-conditions.ts";
import { sqlText } from "./sql-text.ts";
import type { Cell, Row, SqlCell, SqlColumn, SqlTable, Table } from "./table.ts";

/** @returns the same tables, no two of them with one name. */
export function sqlTables(tables: readonly Table[]): readonly SqlTable[] {
  const names = unique(tables.map(({ path }) => stemOf(path)));
  return tables.map((table, index) => sqlTable(table, names[index] ?? "data"));
}

function sqlTable({ path, columns, rows }: Table, name: string): SqlTable {
  const names = unique(columns);
  const numeric = columns.map((column) => rows.every((row) => isNumberOrNone(row[column])));
  return {
    ...{ name, path },
    columns: names.map((column, at) => ({ name: column, isNumeric: numeric[at] === true })),
    rows: rows.map((row) => columns.map((column, at) => cellOf(row, column, numeric[at] === true))),
  };
}

/** A name without its folders and its end. */
function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
}

/** What a query can say without quotation marks; a database does not tell capital letters apart. */
function unique(names: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return names.map((original) => {
    const word = original
      .trim()
      .replace(/[^\p{L}\p{N}_]+/gu, "_")
      .replace(/^(?=\p{N}|$)/u, "_");
    let name = word;
    for (let next = 2; used.has(name.toLowerCase()); next += 1) name = `${word}_${next}`;
    used.add(name.toLowerCase());
    return name;
  });
}

function isNumberOrNone(cell: Cell | undefined): boolean {
  if (cell === undefined || cell === null || cell === "") return true;
  if (typeof cell === "boolean") return true;
  return typeof cell === "number" || (typeof cell === "string" && isNumber(cell));
}

/** Not `0x1f`, ` ` or `Infinity`, and not `007`, whose zeros are part of a name. */
function isNumber(text: string): boolean {
  return /^[+-]?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text.trim());
}

function cellOf(row: Row, column: string, isNumeric: boolean): SqlCell {
  const { [column]: cell } = row;
  if (cell === undefined || cell === null) return null;
  if (Array.isArray(cell)) return cell.map(String).join(", ");
  if (!isNumeric) return String(cell);
  // An empty cell of a column of numbers is compared with the empty text.
  return cell === "" ? "" : Number(cell);
}

/** A column with so few values has kinds, which a query has to name as they are written. */
const MOST_KINDS = 8;
const LONGEST_VALUE = 24;

/**
 * How a table is described to a model: what makes it, what each column holds, and what of it the user's line names. Not by a
 * record: a small model takes its values for conditions that it was asked for.
 */
export function aboutTable(table: SqlTable, line: string): string {
  const { name, path, columns, rows } = table;
  const named = namedConditions(line, table);
  const made = columns.map((one) => `${quoted(one.name)} ${one.isNumeric ? "NUMERIC" : "TEXT"}`);
  const held = columns.flatMap((column, at) =>
    heldIn(
      column,
      rows.map((row) => row[at] ?? null),
    ),
  );
  return [
    `CREATE TABLE ${quoted(name)} (${made.join(", ")}); -- ${path}, ${rows.length} records`,
    `-- ${held.join("; ").replace(/\s+/g, " ")}`,
    ...(named.length === 0 ? [] : [`-- the line names ${named.join(", ")}`]),
  ].join("\n");
}

/** Its values where they are few, else the first and the last in their order, or an example of a text. */
function heldIn({ name, isNumeric }: SqlColumn, cells: readonly SqlCell[]): readonly string[] {
  const values = [...new Set(cells.filter((cell) => cell !== null && cell !== ""))];
  const [first] = values;
  if (first === undefined) return [];
  const inOrder = isNumeric ? values.toSorted((a, b) => Number(a) - Number(b)) : values.toSorted();
  const isFew = isKind(values.length, cells.length);
  if (isFew && !isNumeric) return [`${name}: ${values.map(literal).join(", ")}`];
  const isOrdered = isNumeric || values.every((value) => /^\d[\d.:/ T-]*$/.test(String(value)));
  if (isOrdered)
    return [`${name}: ${literal(inOrder[0] ?? first)} to ${literal(inOrder.at(-1) ?? first)}`];
  return [`${name} such as ${literal(first)}`];
}

/** Whether a column with so many different values in so many records has kinds. */
export function isKind(values: number, records: number): boolean {
  return values <= MOST_KINDS && values * 2 <= records;
}

function literal(cell: SqlCell): string {
  if (typeof cell !== "string") return String(cell);
  const short =
    cell.length > LONGEST_VALUE ? `${cell.slice(0, LONGEST_VALUE).toWellFormed()}…` : cell;
  return sqlText(short);
}

/** Words of the language itself need quotation marks. */
const KEYWORDS =
  /^(?:add|all|and|as|between|by|case|check|column|default|delete|desc|distinct|drop|else|end|exists|from|group|having|if|in|index|insert|into|is|join|key|like|limit|not|null|of|on|or|order|primary|references|select|set|table|then|to|union|unique|update|using|values|view|when|where|with)$/i;

function quoted(name: string): string {
  return KEYWORDS.test(name) ? `"${name}"` : name;
}
