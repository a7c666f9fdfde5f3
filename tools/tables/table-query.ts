/**
 * The tool `table_query`: a small model fills in which records, which column and what to find out, each from what the files
 * really have, where a program of its own would leave a condition out or read the file wrongly.
 */
import { z } from "zod";
import { contentStems } from "#language/text.ts";
import type { Tool, ToolOutput } from "../tool.ts";
import { type NamedValue, namedValues } from "./named-values.ts";
import { AIMS, ALL_RECORDS, answer, COMPARISONS, type Query } from "./query.ts";
import type { Table } from "./read-table.ts";

export const TABLE_QUERY = "table_query";

const MOST_CONDITIONS = 3;
const LONGEST_VALUE = 60;

const querySchema = z.object({
  file: z.string(),
  where: z
    .array(z.object({ column: z.string(), is: z.enum(COMPARISONS), value: z.string() }))
    .default([]),
  do: z.enum(AIMS),
  column: z.string(),
  for_each: z.string().default(ALL_RECORDS),
});

/** How a call looks; the names are of no file that is there. */
const EXAMPLE = {
  file: "…",
  where: [{ column: "…", is: "equal to", value: "…" }],
  do: "…",
  column: "…",
  for_each: ALL_RECORDS,
};

/**
 * @param tables at least one; their columns are all that a call can name.
 * @param line what the user asked: what it seems to ask and a query leaves out is answered, too.
 * @param isFirst a turn begins with it.
 */
export function tableQuery(tables: readonly Table[], line: string, isFirst = false): Tool {
  return {
    name: TABLE_QUERY,
    effect: "none",
    isFirst,
    schema: {
      name: TABLE_QUERY,
      description: `Finds something out about a table. where: only records for which all of it holds; do: ${AIMS.join(", ")}.`,
      parameters: { type: "object", anyOf: tables.map(shapeFor), examples: [EXAMPLE] },
    },
    run: async (args): Promise<ToolOutput> => {
      const { success, data: query } = querySchema.safeParse(args);
      const table = success ? tables.find(({ path }) => path === query.file) : undefined;
      if (query === undefined || table === undefined) return refused(tables);
      const columns = [query.column, ...query.where.map(({ column }) => column)];
      if (query.for_each !== ALL_RECORDS) columns.push(query.for_each);
      const unknown = columns.find((column) => !table.columns.includes(column));
      if (unknown !== undefined) {
        const output = `${table.path} has no column ${JSON.stringify(unknown)}; its columns: ${table.columns.join(", ")}`;
        return { ok: false, output };
      }
      const { ok, text } = answer(table, query);
      if (!ok) return { ok, output: text };
      return { ok, output: [...alsoAsked(table, query, line), text].join("\n") };
    },
  };
}

/** What the line seems to ask where the query asks less: a model takes what fits the line. */
function alsoAsked(table: Table, query: Query, line: string): readonly string[] {
  const { rows, columns } = table;
  const missed = missedIn(query, namedValues(line, table));
  if (missed !== undefined) {
    const { column, value } = missed;
    const where = [...query.where, { column, is: "equal to", value }];
    const { ok, text } = answer(table, { ...query, where });
    return ok
      ? [`where ${column} is ${JSON.stringify(value)}: ${text}`, `of all ${rows.length} records:`]
      : [];
  }
  if (query.do !== "count" || !DIFFERENT.test(line)) return [];
  const stems = new Set(contentStems(line));
  const named = columns.filter((column) => contentStems(column).every((one) => stems.has(one)));
  return (named.length === 0 ? [query.column] : named).map(
    (column) => answer(table, { ...query, do: "count different", column }).text,
  );
}

/** How people ask for it in English, German, French and Spanish. */
const DIFFERENT =
  /\b(?:different|distinct|unique|verschieden\w*|unterschiedlich\w*|diff[ée]rente?s|distint[oa]s|diferentes)\b/i;
function shapeFor({ path, columns }: Table): object {
  const condition = {
    type: "object",
    properties: {
      column: { enum: columns },
      is: { enum: COMPARISONS },
      value: { type: "string", maxLength: LONGEST_VALUE },
    },
    required: ["column", "is", "value"],
    additionalProperties: false,
  };
  return {
    type: "object",
    properties: {
      file: { const: path },
      where: { type: "array", items: condition, maxItems: MOST_CONDITIONS },
      do: { enum: AIMS },
      column: { enum: columns },
      for_each: { enum: [ALL_RECORDS, ...columns] },
    },
    required: ["file", "where", "do", "column", "for_each"],
  };
}

function refused(tables: readonly Table[]): ToolOutput {
  const [
    {
      path,
      columns: [column = ""],
    } = { path: "", columns: [] },
  ] = tables;
  const call = { ...EXAMPLE, file: path, where: [], do: "list", column };
  const output = `${TABLE_QUERY} did not run, its arguments do not fit. A call that fits: ${JSON.stringify({ name: TABLE_QUERY, arguments: call })}`;
  return { ok: false, output };
}

/** What the line names, in a column that the query does not look at. */
function missedIn(
  { where, for_each, column, do: aim }: Query,
  named: readonly NamedValue[],
): NamedValue | undefined {
  const seen = new Set([...where.map((one) => one.column), for_each]);
  // A list or an order of it shows the value.
  if (aim === "list" || aim === "sorted") seen.add(column);
  return named.some((one) => seen.has(one.column)) ? undefined : named[0];
}
