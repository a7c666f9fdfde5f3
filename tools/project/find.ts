import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import type { CleanText, Tool, ToolContext, ToolOutput } from "../tool.ts";
import { copyPath } from "./copy-path.ts";
import { nameMatcher } from "./name-pattern.ts";
import { type FoundLine, type SearchResult, searchFiles, type TextSearch } from "./search-files.ts";
import { literalPattern, looksLikeExpression, readPattern } from "./text-pattern.ts";
import { walkCopy } from "./walk.ts";

/** So many hits are listed. */
const MAX_LISTED = 60;
/** Longest answer, in characters: a window of 4,000 tokens has room for it. */
const MOST_CHARACTERS = 6000;
/** Of a line, in characters. */
const MOST_OF_LINE = 160;

const textSchema = z.string().optional();
const inputSchema = z.object({
  text: textSchema,
  name: textSchema,
  // Names that models learned elsewhere.
  ...{ query: textSchema, pattern: textSchema, regex: textSchema, search: textSchema },
  ...{ path: textSchema, directory: textSchema, folder: textSchema },
  ...{ glob: textSchema, include: textSchema, file_pattern: textSchema, filename: textSchema },
});
type Input = z.infer<typeof inputSchema>;

const UNLISTED: readonly string[] = [
  ...["query", "pattern", "regex", "search", "path", "directory", "folder"],
  ...["glob", "include", "file_pattern", "filename"],
];

/** Finds files of the project's copy by their names and by what stands in them. */
export function findTool(copy: string): Tool {
  return defineTool({
    name: "find",
    effect: "none",
    capabilities: ["file_read"],
    description: "Finds lines with this text, or files with this name (*.ts, or a part).",
    input: inputSchema,
    unlisted: UNLISTED,
    example: { text: "TODO" },
    run: async (input, context) => await find(copy, queryOf(copy, input), context),
  });
}

interface FindQuery {
  readonly text: string;
  readonly name: string;
  readonly folder: string;
}

function queryOf(copy: string, input: Input): FindQuery {
  const text = input.text ?? input.query ?? input.pattern ?? input.regex ?? input.search ?? "";
  const name =
    input.name ?? input.glob ?? input.include ?? input.file_pattern ?? input.filename ?? "";
  const folder = copyPath(copy, input.path ?? input.directory ?? input.folder ?? "");
  // `*.ts` stands in no program, and is what models ask for when they want files.
  return name === "" && /^[\w./*{},-]+$/.test(text) && /(?:^|\/)\*|\*\.\w/.test(text)
    ? { text: "", name: text, folder }
    : { text, name, folder };
}

async function find(copy: string, query: FindQuery, context: ToolContext): Promise<ToolOutput> {
  const { clean = (text: string) => text, signal } = context;
  const search = { copy, folder: query.folder, matches: nameMatcher(query.name), signal };
  return query.text === ""
    ? await filesNamed(search, query, clean)
    : await linesWith(search, query, clean);
}

type Where = Omit<TextSearch, "pattern" | "ignoreCase" | "most">;

async function filesNamed(where: Where, query: FindQuery, clean: CleanText): Promise<ToolOutput> {
  const result = await searchFiles({ ...where, most: MAX_LISTED });
  const { found, total, isWhole } = result;
  if (total === 0) {
    const limits = await limitsOf(result, clean);
    return nothing(`No file of ${scopeOf(query)}`, limits, await filesThere(where, clean));
  }
  const lines = await Promise.all(found.map(async ({ path }) => oneLine(await clean(path))));
  return listed(lines, { total, isWhole, what: "files" });
}

async function linesWith(where: Where, query: FindQuery, clean: CleanText): Promise<ToolOutput> {
  const { text } = query;
  const limits = new Set<string>();
  for (const attempt of attemptsFor(text)) {
    const result = await searchFiles({ ...where, ...attempt, most: MAX_LISTED });
    for (const limit of await limitsOf(result, clean)) limits.add(limit);
    if (result.total === 0) continue;
    const lines = await Promise.all(result.found.map(async (hit) => await hitLine(hit, clean)));
    return listed(lines, { total: result.total, isWhole: result.isWhole, what: "lines" });
  }
  const excerpt = text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text;
  const hint = looksLikeExpression(text)
    ? EXPRESSIONS
    : (await filesCalled(text, where, clean)) || (await filesThere(where, clean));
  return nothing(
    `${JSON.stringify(excerpt)} is in no file of ${scopeOf(query)}`,
    [...limits],
    hint,
  );
}

const EXPRESSIONS =
  " find looks for text to the letter, a|b and a.*b; sh runs others: grep -rnE 'EXPRESSION' .";

/** A path or a file name with a dot in it, as no word of a text has one. */
const FILE_NAME = /^(?:\.?\/)?(?:[\w@-][\w@.-]*\/)*[\w@.-]*\w\.\w+$/;
/** So many files of a name are listed. */
const MOST_NAMED = 3;

/** For a model that looks for a file with `text`, where it wants to see what is in it. */
async function filesCalled(text: string, where: Where, clean: CleanText): Promise<string> {
  if (!FILE_NAME.test(text)) return "";
  const search = { ...where, matches: nameMatcher(text), most: MOST_NAMED };
  const { found, total } = await searchFiles(search);
  if (total === 0) return "";
  const paths = await Promise.all(found.map(async ({ path }) => oneLine(await clean(path))));
  const more = total > MOST_NAMED ? ", …" : "";
  return ` There are files with this name: ${paths.join(", ")}${more}; read_file shows one.`;
}

/** So many files are named where nothing was found. */
const MOST_THERE = 12;

/** A small model that asks for "files" and finds nothing tells the user that there are none. */
async function filesThere({ copy, folder }: Where, clean: CleanText): Promise<string> {
  const [first = []] = [folder, ""]
    .map((below) => [...walkCopy(copy, below).take(MOST_THERE + 1)].map(({ path }) => path))
    .filter(({ length }) => length > 0);
  if (first.length === 0) return " The project has no files.";
  const listedFiles = first.slice(0, MOST_THERE);
  const paths = await Promise.all(listedFiles.map(async (path) => oneLine(await clean(path))));
  const more = first.length > MOST_THERE ? " and others" : "";
  return ` There are these files: ${paths.join(", ")}${more}; read_file shows one.`;
}

/** To the letter, then in any case, then as the expression that it may be. */
function attemptsFor(text: string): readonly Pick<TextSearch, "pattern" | "ignoreCase">[] {
  const literal = literalPattern(text);
  const expression = readPattern(text);
  return [
    { pattern: literal },
    { pattern: literal, ignoreCase: true },
    ...(expression === undefined ? [] : [{ pattern: expression, ignoreCase: true }]),
  ];
}

async function hitLine({ path, line, text }: FoundLine, clean: CleanText): Promise<string> {
  const cleaned = (await clean(text)).trim();
  const cut =
    cleaned.length > MOST_OF_LINE ? `${cleaned.slice(0, MOST_OF_LINE).toWellFormed()}…` : cleaned;
  return `${oneLine(await clean(path))}:${line}: ${cut}`;
}

interface Listing {
  readonly total: number;
  readonly isWhole: boolean;
  readonly what: string;
}

function listed(lines: readonly string[], { total, isWhole, what }: Listing): ToolOutput {
  const rows: string[] = [];
  let remaining = MOST_CHARACTERS;
  for (const line of lines) {
    remaining -= line.length + 1;
    if (remaining < 0) break;
    rows.push(line);
  }
  const more = total - rows.length;
  const least = isWhole ? "" : "at least ";
  if (more > 0) rows.push(`[${least}${more.toLocaleString("en")} more ${what}; ask more exactly]`);
  else if (!isWhole) rows.push(NOT_WHOLE);
  return { ok: true, output: rows.join("\n") };
}

const NOT_WHOLE = "[the project is too large to be searched whole: name a folder with path]";

/** What a search left out, a line each. */
async function limitsOf(
  { isWhole, tooLarge }: Pick<SearchResult, "isWhole" | "tooLarge">,
  clean: CleanText,
): Promise<readonly string[]> {
  const whole = isWhole ? [] : [NOT_WHOLE];
  if (tooLarge.count === 0) return whole;
  const first = oneLine(await clean(tooLarge.first));
  const [many, named, them] =
    tooLarge.count === 1
      ? ["1 file of more than 1 MiB was", first, "it"]
      : [`${tooLarge.count} files of more than 1 MiB were`, `${first}, …`, "them"];
  return [...whole, `[${many} not searched: ${named}; sh searches ${them}: grep -n]`];
}

function nothing(sentence: string, limits: readonly string[], hint = ""): ToolOutput {
  const limit = limits.length === 0 ? "." : ` that was searched.\n${limits.join("\n")}`;
  return { ok: true, isEmpty: true, output: `${sentence}${limit}${hint}` };
}

function scopeOf({ name, folder }: FindQuery): string {
  const named = name === "" ? "" : ` with a name like ${JSON.stringify(name)}`;
  return `${folder === "" ? "the project" : folder}${named}`;
}

/** A file may be called anything; a line break in its name would begin a line of its own. */
function oneLine(path: string): string {
  return path.replace(/\p{Cc}/gu, "?");
}
