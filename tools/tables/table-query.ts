/**
 * The tool `table_query`: files of a workspace as tables of a database in memory, which a small model asks with a query. It
 * has seen very many of them, and in one line of SQL there is less to go wrong than in a program that reads the file first.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import type { Tool, ToolOutput } from "../tool.ts";
import { queryAttempts, withCellValues } from "./cell-values.ts";
import { withRequestedCount } from "./requested-count.ts";
import { groupsInOrder, inTime, withRequestedOrder } from "./requested-order.ts";
import { withRequestedSection } from "./requested-section.ts";
import type { SqlTable } from "./table.ts";
import { wholeRecord, withExistingColumns } from "./whole-record.ts";

const TABLE_QUERY = "table_query";

/** Longest query, in characters; without an end a small model may go on with further ones. */
const LONGEST_QUERY = 600;
/** How the program inside says that there is no answer. */
const FAILED = "FAILED ";

const querySchema = z.object({ sql: z.string().min(1).max(LONGEST_QUERY) });

let program: string | undefined;

export interface TableQueryOptions {
  /** What the user asked: a query has no other condition. */
  readonly line: string;
  /** Runs a program of Python in the sandbox: the query is a model's, and no process of ours runs it. */
  readonly python: Tool;
  /** A turn begins with it. @default false */
  readonly isFirst?: boolean | undefined;
}

/** @param tables at least one. */
export function tableQuery(tables: readonly SqlTable[], options: TableQueryOptions): Tool {
  const { line, python, isFirst } = options;
  let brought = "";
  const tool = defineTool({
    name: TABLE_QUERY,
    effect: "none",
    description:
      "Asks the tables with one SELECT of SQLite; days between dates: julianday(b) - julianday(a).",
    input: querySchema,
    example: { sql: "SELECT …" },
    run: async ({ sql }, context) => {
      program ??= readFileSync(
        Bun.fileURLToPath(import.meta.resolve("../inside/table_query.py")),
        "utf8",
      );
      const corrected = withRequestedCount(
        withExistingColumns(withCellValues(sql, tables), tables),
        line,
      );
      const attempts = queryAttempts(corrected, { line, tables, brought });
      const queries = attempts.flatMap(({ query, beside }) => {
        const ordered = inTime(groupsInOrder(withRequestedOrder(query, line), line), {
          line,
          tables,
        });
        // A section without a list has its lines.
        return [...new Set([withRequestedSection(ordered, tables, line), ordered])].map((one) => {
          return { query: one, beside, whole: wholeRecord(one, tables) };
        });
      });
      const data = tables.map(({ name, columns, rows }) => ({ name, columns, rows }));
      // A text of JSON is one of Python, too.
      const texts = [data, queries, sql].map((value) =>
        JSON.stringify(JSON.stringify(value).toWellFormed()),
      );
      const code = `${program}\n\nmain(*(json.loads(text) for text in (${texts.join(", ")})))\n`;
      const done = answered(await python.run({ code }, context));
      brought += done.ok ? ` ${done.output}` : "";
      return done;
    },
  });
  return { ...tool, isFirst };
}

function answered(done: ToolOutput): ToolOutput {
  const { ok, output } = done;
  if (!ok || !output.startsWith(FAILED)) return done;
  // It ran and found nothing: like a program that ends so.
  return { ...done, ok: false, output: output.slice(FAILED.length), exit: 1 };
}
