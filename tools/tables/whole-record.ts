/** The record at an end of an order, as a whole: a small model asks for the day where it was asked who came. */
import type { SqlTable } from "./table.ts";

/** Of a wider table the columns are shown that were asked for. */
const MOST_COLUMNS = 8;
const COLUMN = String.raw`["\x60]?[\p{L}_][\p{L}\p{N}_]*["\x60]?`;
/** Columns alone, of one table. */
const ONE_RECORD = new RegExp(
  String.raw`^\s*select\s+(${COLUMN}(?:\s*,\s*${COLUMN})*)\s+from\s+(${COLUMN})\s+((?:where\s.*\s)?order\s+by\s.*\slimit\s+1\s*;?\s*)$`,
  "isu",
);
const SEVERAL = /\b(?:select|join|union|group|having)\b/i;

/** @returns the query for all columns, or for the text of a line as well. */
export function wholeRecord(sql: string, tables: readonly SqlTable[]): string {
  const [, columns = "", from = "", rest = ""] = ONE_RECORD.exec(sql) ?? [];
  const table = tables.find(({ name }) => name.toLowerCase() === bare(from));
  if (table === undefined || SEVERAL.test(rest)) return sql;
  const own = table.columns.map(({ name }) => name.toLowerCase());
  const asked = columns.split(",").map((column) => bare(column.trim()));
  if (own.includes("line") && own.includes("text"))
    return asked.includes("text") ? sql : `SELECT ${columns}, text FROM ${from} ${rest}`;
  return own.length > MOST_COLUMNS ? sql : `SELECT * FROM ${from} ${rest}`;
}

function bare(name: string): string {
  return name.replace(/["`]/g, "").toLowerCase();
}
