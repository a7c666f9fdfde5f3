import { z } from "zod";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { type Finding, lineFinder } from "../finding.ts";

/** What was read, or what is wrong with it. */
export type ReadJson<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly findings: readonly Finding[] };

// Deeper data is refused before it is walked: a recursive walk could exhaust the stack.
const MAX_DEPTH = 60;

/** Reads a file of a tool as JSON of one shape; a file that is absent has no findings, it is missing elsewhere. */
export function readJson<Value>(
  { files }: ToolFolder,
  file: string,
  schema: z.ZodType<Value>,
): ReadJson<Value> {
  const text = files.get(file);
  if (text === undefined) return { ok: false, findings: [] };
  const wrong = (message: string, line?: number): ReadJson<Value> => ({
    ok: false,
    findings: [{ file, line, message }],
  });
  if (bracketDepth(text) > MAX_DEPTH) return wrong(`nests more than ${MAX_DEPTH} deep`);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return wrong(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = schema.safeParse(raw);
  if (read.success) return { ok: true, value: read.data };
  const lineOf = lineFinder(text);
  const findings = read.error.issues.slice(0, 20).map((issue) => ({
    file,
    line: lineOf(Math.max(0, text.indexOf(`"${String(issue.path[0] ?? "")}"`))),
    message: `${z.core.toDotPath(issue.path) || "it"}: ${issue.message}`,
  }));
  return { ok: false, findings };
}

/** The deepest nesting of brackets, those within strings not counted. */
function bracketDepth(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
