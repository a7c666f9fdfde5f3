import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { Workspace } from "#platform/workspace.ts";
import { defineTool } from "../define-tool.ts";
import type { CleanText, Tool, ToolOutput } from "../tool.ts";
import { missingFile, readCopyFile, refusalOf } from "./copy-file.ts";
import { copyPath } from "./copy-path.ts";
import { cutAtQuote, cutSentence } from "./cut-text.ts";
import { namesHidden } from "./hidden-parts.ts";
import { withImports } from "./imports/with-imports.ts";
import { brokenJson, wholeMember } from "./json-edit.ts";
import { changeReport, lineChanges } from "./line-changes.ts";
import { type Located, locate, MAX_OCCURRENCES } from "./locate.ts";
import { lostNames } from "./lost-names.ts";
import { similarPassage } from "./passage.ts";
import { placeholderIn } from "./placeholder.ts";
import { withoutRepetition } from "./repeated-line.ts";
import { searchFiles } from "./search-files.ts";
import { lineCount, lineEndOf, lineRange, linesOf, withLineEnds } from "./text-lines.ts";
import { literalPattern } from "./text-pattern.ts";
import { wholeBlock } from "./whole-block.ts";

/** Longest passage that is searched for, in characters. */
const MAX_SEARCH = 64 * 1024;
/** Largest text that an edit may put in, in characters. */
const MAX_REPLACE = 1024 * 1024;

const inputSchema = z.object({
  path: z.string().min(1),
  search: z.string().max(MAX_SEARCH),
  replace: z.string().max(MAX_REPLACE),
  // Models that learned it elsewhere rename with it; it is not in the schema that a model sees.
  replace_all: z.boolean().optional(),
});

/** Replaces one passage of a file of the project's copy. */
export function editFileTool(files: Workspace): Tool {
  const copy = files.root;
  return defineTool({
    name: "edit_file",
    // A call that was cut off in the middle must not run: half a replacement is another one.
    effect: "execute",
    capabilities: ["file_write"],
    lasts: true,
    description:
      "Replaces one passage of a file. search: its lines as they are in the file; replace: the new lines.",
    input: inputSchema,
    unlisted: ["replace_all"],
    example: { path: "src/main.ts", search: "let total = 1;", replace: "let total = 0;" },
    run: async (input, { signal, clean, mends = false }) => {
      const file = { copy, files, path: copyPath(copy, input.path), signal, clean, mends };
      try {
        return await edit(file, input);
      } catch (error) {
        if (error instanceof OrgError) return refused(refusalOf(error));
        throw error;
      }
    },
  });
}

interface Target {
  readonly copy: string;
  readonly files: Workspace;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly clean: CleanText | undefined;
  readonly mends: boolean;
}

interface EditInput {
  readonly search: string;
  readonly replace: string;
  readonly replace_all?: boolean | undefined;
}

async function edit(target: Target, input: EditInput): Promise<ToolOutput> {
  const { copy, files, path } = target;
  const file = await readCopyFile(copy, path);
  if (file.kind === "unreadable") return refused(file.why);
  if (input.search.trim() === "") return await create(target, input, file.kind === "text");
  if (file.kind === "missing") return await elsewhere(target, input);
  const { text } = file;
  const found = input.replace_all === true ? locateAll(text, input) : locate(text, input);
  if (found.kind !== "found") {
    // Of a key whose first line is left out no other line looks like a secret: then no line is shown.
    const mayShow = target.clean === undefined || (await target.clean(text)) === text;
    return refused(notFound({ path: file.path, text, mayShow }, input, found));
  }
  const resolved =
    input.replace_all === true
      ? ({ kind: "clear", edit: found } as const)
      : withoutRepetition(text, uncut(file, input, found), path);
  if (resolved.kind === "unclear") return refused(unclearEnd(path, resolved.line));
  const located =
    input.replace_all === true
      ? resolved.edit
      : wholeMember(text, wholeBlock(text, resolved.edit, path), path);
  const old = text.slice(located.start, located.end);
  if (located.text === old) {
    return refused(
      `search and replace are the same, so ${path} is unchanged. Write in replace how these lines are to be.`,
    );
  }
  const cut = cutAtQuote(input.replace, path);
  if (cut !== undefined && !endsAlike(input) && !goesOn(text, located)) {
    return refused(cutSentence("replace", cut));
  }
  const stand = placeholderIn(located.text, old);
  if (stand !== undefined) return refused(leavesOut(path, stand));
  const edited = text.slice(0, located.start) + located.text + text.slice(located.end);
  const { text: after, notice } = target.mends
    ? await withImports({ ...target, before: text, after: edited })
    : { text: edited, notice: "" };
  const written = await files.write(path, after);
  const lost = await lostNames({ ...target, before: text, after });
  const report = changeReport("edited", written.path, lineChanges(text, after));
  return { ok: true, output: report + notice + lost + brokenJson(path, text, after) };
}

/** So many files with the passage are named. */
const MOST_NAMED = 3;

/** There is no such file; where the passage is in others, the model meant one of those, or wants to create this one. */
async function elsewhere(
  { copy, path, signal }: Target,
  { search }: EditInput,
): Promise<ToolOutput> {
  const missing = missingFile(copy, path);
  const looked = { copy, folder: "", matches: () => true, pattern: literalPattern(search), signal };
  const { found } = await searchFiles({ ...looked, most: MOST_NAMED });
  const files = [...new Set(found.map((one) => one.path.replace(/\p{Cc}/gu, "?")))];
  const isSuggested = missing.output.endsWith(`Did you mean ${files.join(", ")}?`);
  if (files.length === 0 || isSuggested) return missing;
  return refused(`${missing.output} search is in ${files.join(", ")}.`);
}

type Found = Extract<Located, { kind: "found" }>;

/** A passage that ends there may be replaced by one that does. */
function endsAlike({ search, replace }: EditInput): boolean {
  return search.trimEnd().at(-1) === replace.trimEnd().at(-1);
}

/** What follows on the line can be what the replacement ends before, as an argument behind a comma. */
function goesOn(text: string, { end }: { readonly end: number }): boolean {
  return /^[ \t]*[^\s;,.)\]}]/.test(text.slice(end, end + 200));
}

/** A search that ended at a quotation mark of the file means the rest of its line, too, where the replacement has it. */
function uncut({ path, text }: Edited, input: EditInput, found: Found): Found {
  const isCut = cutAtQuote(input.search, path) !== undefined && text[found.end] === '"';
  if (!isCut || endsAlike(input)) return found;
  const rest = /^[^\r\n]*/.exec(text.slice(found.end))?.[0] ?? "";
  return { ...found, end: found.end + rest.length };
}

/** The whole file with every occurrence replaced to the letter; without one the passage that {@link locate} finds. */
function locateAll(text: string, input: EditInput): Located {
  const end = lineEndOf(text);
  const [search, replace] = [withLineEnds(input.search, end), withLineEnds(input.replace, end)];
  const count = text.split(search).length - 1;
  // Before it is made: many occurrences with a long text each are more than a process has memory for.
  const isTooLong = text.length + count * replace.length > 2 * MAX_REPLACE;
  if (count === 0 || search === replace || isTooLong) return locate(text, input);
  return {
    kind: "found",
    start: 0,
    end: text.length,
    text: text.replaceAll(search, () => replace),
  };
}

async function create(target: Target, input: EditInput, exists: boolean): Promise<ToolOutput> {
  const { files, path } = target;
  if (exists) {
    return refused(
      `${path} exists, and search is empty: put the lines to replace into search, or replace the whole file with write_file. Nothing changed.`,
    );
  }
  const written = await files.create(path, input.replace);
  const lines = lineCount(linesOf(input.replace).length);
  return { ok: true, output: `wrote ${written.path}, ${lines} (new)` };
}

interface Edited {
  readonly path: string;
  readonly text: string;
}

interface ReportedFile extends Edited {
  /** Nothing of the text is hidden from models. */
  readonly mayShow: boolean;
}

function notFound(
  file: ReportedFile,
  input: EditInput,
  located: Exclude<Located, { kind: "found" }>,
): string {
  const { path, text, mayShow } = file;
  if (located.kind === "several") {
    return ambiguous(file, located.starts) + replaceAllHint(path, input);
  }
  if (namesHidden(input.search)) {
    return `search has [redacted], which hides a secret of ${path}: search for the lines before or after it. Nothing changed.`;
  }
  const at = input.replace.trim() === "" ? -1 : text.indexOf(input.replace.trim());
  const done = at < 0 ? "" : ` The text of replace is there already, at line ${lineAt(text, at)}.`;
  const similar = mayShow ? similarPassage(text, input.search) : undefined;
  if (similar === undefined) {
    return `search is not in ${path}, nor anything like it; find shows where it is. Nothing changed.${done}`;
  }
  const { from, to } = similar;
  return `search is not in ${path}. Nothing changed.${done} Most like it is ${lineRange(from, to)}; copy from there what is to be replaced:\n${similar.text}`;
}

/** So many occurrences are listed, each with the line before it and the one behind it. */
const MAX_LISTED = 3;
const MOST_OF_LINE = 200;

/** As many as were looked for may be fewer than there are. */
function ambiguous({ path, text, mayShow }: ReportedFile, starts: readonly number[]): string {
  const at = [...new Set(starts.map((start) => lineAt(text, start)))];
  const count =
    starts.length < MAX_OCCURRENCES ? `${starts.length} times` : `${MAX_OCCURRENCES} times or more`;
  const lines = linesOf(text).map((line) => line.text.slice(0, MOST_OF_LINE).toWellFormed());
  const excerpts = at.slice(0, mayShow ? MAX_LISTED : 0).map((line) => {
    const around = lines.slice(Math.max(0, line - 2), line + 1);
    return `\nline ${line} is the one in:\n${around.join("\n")}`;
  });
  return `search is in ${path} ${count}, at lines ${at.join(", ")}: add the lines before and after the one you mean, to both search and replace. Nothing changed.${excerpts.join("")}`;
}

/** A name that is to be another one everywhere: nothing in it means something to a shell or to sed. */
const NAME = /^[\w-]{2,60}$/;

function replaceAllHint(path: string, { search, replace }: EditInput): string {
  const [old, now] = [search.trim(), replace.trim()];
  if (!(NAME.test(old) && NAME.test(now) && /^\w[\w./-]*$/.test(path))) return "";
  return `\nTo replace all of them, use sh: sed -i 's/${old}/${now}/g' ${path}`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function unclearEnd(path: string, line: string): string {
  return `replace repeats what stands beside search on its line. Put the whole line into search, and the whole new line into replace. Nothing changed. The line in ${path}:\n${line}`;
}

function leavesOut(path: string, line: string): string {
  return `replace has the line ${JSON.stringify(line)}, which would delete what it stands for. Write those lines out, or replace a smaller part. ${path} is unchanged.`;
}

function refused(output: string): ToolOutput {
  return { ok: false, output };
}
