import { z } from "zod";
import { OrgError, reasonOf } from "#core/errors.ts";
import { loadKnowledge } from "#language/load-knowledge.ts";
import { ToolSearch } from "./tool-search.ts";

const recordSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tool"), name: z.string().min(1), description: z.string() }),
  z.object({
    kind: z.literal("query"),
    id: z.union([z.string(), z.number()]),
    text: z.string(),
  }),
]);

type SearchRecord = z.infer<typeof recordSchema>;

export interface SearchAnswer {
  readonly id: string | number;
  /** Names, best first. */
  readonly results: readonly string[];
}

const MOST_RESULTS = 10;

/**
 * Reads tools and queries as lines of JSON, in any order, and answers every query over all tools. Of two
 * tools with one name the later one counts.
 *
 * @throws {OrgError} `INPUT_INVALID` naming the first line that cannot be used.
 */
export async function* answerQueries(
  lines: AsyncIterable<string>,
): AsyncGenerator<SearchAnswer, void> {
  const tools = new Map<string, SearchRecord & { kind: "tool" }>();
  const queries: (SearchRecord & { kind: "query" })[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const record = readRecord(line, number);
    if (record.kind === "tool") tools.set(record.name, record);
    else queries.push(record);
  }
  const documents = [...tools.values()].map(({ name, description }) => {
    return { name, description, asks: [] };
  });
  using search = new ToolSearch(documents, await loadKnowledge());
  for (const { id, text } of queries) yield { id, results: search.search(text, MOST_RESULTS) };
}

function readRecord(line: string, number: number): SearchRecord {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    throw unusable(number, z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " "));
  } catch (cause) {
    if (cause instanceof OrgError) throw cause;
    throw unusable(number, reasonOf(cause), cause);
  }
}

function unusable(number: number, why: string, cause?: unknown): OrgError {
  return new OrgError(`Line ${number} of the input cannot be used`, {
    code: "INPUT_INVALID",
    why,
    remedies: [
      'write tools as {"kind":"tool","name":"…","description":"…"}',
      'write queries as {"kind":"query","id":"…","text":"…"}',
    ],
    unchanged: "Nothing was searched.",
    cause,
  });
}
