import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import type { CleanText, Tool, ToolOutput } from "../tool.ts";
import { missingFile, readCopyFile } from "./copy-file.ts";
import { copyPath } from "./copy-path.ts";
import { lineRange } from "./text-lines.ts";
import { entriesOf } from "./walk.ts";

/** Longest text of one call, in characters: a window of 4,000 tokens has room for it and an answer. */
const MOST_CHARACTERS = 6000;
/** Of one line, in characters: a line of a bundled file may be the whole file. */
const MOST_OF_LINE = 1500;
/** So many names of a folder are listed. */
const MOST_ENTRIES = 120;

const lineSchema = z.coerce.number().int().catch(1).optional();
const inputSchema = z.object({
  path: z.string(),
  from: z.number().int().optional(),
  lines: z.number().int().optional(),
  // Names that models learned elsewhere.
  start_line: lineSchema,
  offset: lineSchema,
  end_line: lineSchema,
  limit: lineSchema,
});
type Input = z.infer<typeof inputSchema>;

/** Reads a text file of the project's copy in parts, or lists a folder. */
export function readFileTool(copy: string): Tool {
  return defineTool({
    name: "read_file",
    effect: "none",
    capabilities: ["file_read"],
    description: "Shows a file of the project, or lists a folder. from: first line.",
    input: inputSchema,
    unlisted: ["lines", "start_line", "offset", "end_line", "limit"],
    example: { path: "src/main.ts" },
    run: async (input, { clean }) => await show(copy, input, clean),
  });
}

async function show(
  copy: string,
  input: Input,
  clean: CleanText = (text) => text,
): Promise<ToolOutput> {
  const named = parseLocation(copyPath(copy, input.path));
  const folder = folderList(copy, named.path);
  if (folder !== undefined) return { ok: true, output: folder };
  const file = await readCopyFile(copy, named.path);
  if (file.kind === "missing") return missingFile(copy, named.path);
  if (file.kind === "unreadable") return { ok: false, output: file.why };
  // Whole, before anything is cut: of a key whose first line is left out no other line looks like a secret.
  const text = (await clean(file.text)).replaceAll("\r\n", "\n");
  if (text === "") return { ok: true, output: `${file.path} is empty` };
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return partOf(file.path, lines, windowOf(input, named.line));
}

/** `src/a.ts:12`, as find writes it, is line 12 of `src/a.ts`. */
function parseLocation(path: string): { readonly path: string; readonly line: number | undefined } {
  const [, name = "", line] = /^(.+?):(\d+)(?:[-:].*)?$/s.exec(path) ?? [];
  return name === "" ? { path, line: undefined } : { path: name, line: Number(line) };
}

interface Window {
  readonly from: number;
  readonly most: number;
}

function windowOf(input: Input, line: number | undefined): Window {
  const from = input.from ?? input.start_line ?? input.offset ?? line ?? 1;
  const count =
    input.lines ?? input.limit ?? (input.end_line ?? Number.POSITIVE_INFINITY) - from + 1;
  return { from: Math.max(1, from), most: count >= 1 ? count : Number.POSITIVE_INFINITY };
}

function partOf(path: string, lines: readonly string[], { from, most }: Window): ToolOutput {
  const total = lines.length.toLocaleString("en");
  if (from > lines.length) {
    return { ok: false, output: `${path} has ${total} lines; from: ${from} is behind its end.` };
  }
  const excerpt: string[] = [];
  let remaining = MOST_CHARACTERS;
  for (const line of lines.slice(from - 1, from - 1 + Math.min(most, lines.length))) {
    const cut = cutLine(line);
    remaining -= cut.length + 1;
    if (remaining < 0 && excerpt.length > 0) break;
    excerpt.push(cut);
  }
  const to = from + excerpt.length - 1;
  const more =
    to < lines.length ? `\n[${lines.length - to} more lines; from: ${to + 1} reads on]` : "";
  const head = `${path}, ${lineRange(from, to)} of ${total}`;
  return { ok: true, output: `${head}\n${excerpt.join("\n")}${more}` };
}

function cutLine(line: string): string {
  if (line.length <= MOST_OF_LINE) return line;
  const remaining = (line.length - MOST_OF_LINE).toLocaleString("en");
  return `${line.slice(0, MOST_OF_LINE).toWellFormed()} [… ${remaining} more characters of this line]`;
}

function folderList(copy: string, path: string): string | undefined {
  const entries = entriesOf(copy, path);
  if (entries === undefined) return undefined;
  const named = entries.slice(0, MOST_ENTRIES).map((entry) => {
    const name = entry.name.replace(/\p{Cc}/gu, "?");
    if (entry.isDirectory()) return `${name}/`;
    return entry.isSymbolicLink() ? `${name} (link)` : name;
  });
  const more = entries.length - named.length;
  const head = `${path === "" ? "the project" : `${path}/`} holds ${entries.length} names:`;
  return [head, ...named, ...(more > 0 ? [`[${more} more]`] : [])].join("\n");
}
