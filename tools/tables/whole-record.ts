/** A record as a whole: a small model asks for the day where it was asked who came, and for columns that there are not. */
import type { SqlTable } from "./table.ts";

/** Of a wider table the columns are shown that were asked for. */
const MOST_COLUMNS = 8;
const COLUMN = String.raw`["\x60]?[\p{L}_][\p{L}\p{N}_]*["\x60]?`;
/** Columns alone, of one table. */
const PLAIN = new RegExp(
  String.raw`^\s*select\s+(${COLUMN}(?:\s*,\s*${COLUMN})*)\s+from\s+(${COLUMN})(\s+(?:where|order\s+by|limit)\s.*|\s*;?\s*)$`,
  "isu",
);
const SEVERAL = /\b(?:select|join|union|group|having)\b/i;

/** A query for columns of one table. */
interface Plain {
  /** As they are called in the table, those that it has. */
  readonly requested: readonly string[];
  readonly isComplete: boolean;
  readonly table: SqlTable;
  /** From its FROM on. */
  readonly rest: string;
}

function plain(sql: string, tables: readonly SqlTable[]): Plain | undefined {
  const [, columns = "", from = "", end = ""] = PLAIN.exec(sql) ?? [];
  const table = tables.find(({ name }) => name.toLowerCase() === bare(from));
  if (table === undefined || SEVERAL.test(end)) return undefined;
  const names = columns.split(",").map((column) => bare(column.trim()));
  const requested = names.flatMap(
    (requestedName) =>
      table.columns.find(({ name }) => name.toLowerCase() === requestedName)?.name ?? [],
  );
  return {
    requested: requested,
    isComplete: requested.length === names.length,
    table,
    rest: `FROM ${from}${end}`,
  };
}

/** @returns the query for the columns that there are; for all where there is none of those that it names. */
export function withExistingColumns(sql: string, tables: readonly SqlTable[]): string {
  const found = plain(sql, tables);
  if (found === undefined || found.isComplete) return sql;
  const { requested, table, rest } = found;
  return `SELECT ${selection(requested, table) ?? (requested.join(", ") || "*")} ${rest}`;
}

/** @returns the query for what else its record holds, behind what it asks for; nothing where there is no more. */
export function wholeRecord(sql: string, tables: readonly SqlTable[]): string | undefined {
  const found = plain(sql, tables);
  const columns = found?.isComplete === true ? selection(found.requested, found.table) : undefined;
  return columns === undefined ? undefined : `SELECT ${columns} ${found?.rest}`;
}

/** Of the lines of a text their text, of a narrow table all columns; those that were asked for come first. */
function selection(requested: readonly string[], { columns }: SqlTable): string | undefined {
  const names = columns.map(({ name }) => name);
  const isText = names.includes("line") && names.includes("text");
  if (!isText && names.length > MOST_COLUMNS) return undefined;
  const more = (isText ? ["text"] : names).filter((name) => !requested.includes(name));
  return more.length === 0
    ? undefined
    : [...requested, ...more].map((name) => `"${name}"`).join(", ");
}

function bare(name: string): string {
  return name.replace(/["\x60]/g, "").toLowerCase();
}
