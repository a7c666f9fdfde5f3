import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { Workspace } from "#platform/workspace.ts";
import { defineTool } from "../define-tool.ts";
import type { CleanText, Tool, ToolOutput } from "../tool.ts";
import { readCopyFile, refusalOf } from "./copy-file.ts";
import { copyPath } from "./copy-path.ts";
import { cutAtQuote, cutSentence } from "./cut-text.ts";
import { losesHidden } from "./hidden-parts.ts";
import { untestedNames } from "./imports/unused-names.ts";
import { withImports } from "./imports/with-imports.ts";
import { linesChanged } from "./line-changes.ts";
import { lostNames, namesLost } from "./lost-names.ts";
import { omittedParts, withOmittedParts } from "./omitted-parts.ts";
import { placeholderIn } from "./placeholder.ts";
import { withComments } from "./retained-comments.ts";
import { languageOf } from "./symbols.ts";
import { lineCount, lineEndOf, linesOf, withLineEnds } from "./text-lines.ts";

/** A file of more lines that shrinks to less than half was most often not written out. */
const LONG_FILE = 50;
const BYTE_ORDER_MARK = "\uFEFF";

/** Creates or replaces a whole file of the project's copy. */
export function writeFileTool(copy: Workspace): Tool {
  return defineTool({
    name: "write_file",
    // A call that was cut off in the middle must not run: half a file would replace the whole one.
    effect: "execute",
    capabilities: ["file_write"],
    lasts: true,
    description: "Creates a file, or replaces the whole of one.",
    input: z.object({ path: z.string().min(1), content: z.string() }),
    example: { path: "notes/plan.md", content: "# Plan\n" },
    run: async ({ path: written, content }, { clean, signal, mends = false }) => {
      const path = copyPath(copy.root, written);
      try {
        return await write({ copy, path, clean, signal, mends }, content);
      } catch (error) {
        if (error instanceof OrgError) return { ok: false, output: refusalOf(error) };
        throw error;
      }
    },
  });
}

interface Target {
  readonly copy: Workspace;
  readonly path: string;
  readonly clean: CleanText | undefined;
  readonly signal: AbortSignal;
  readonly mends: boolean;
}

async function write(target: Target, content: string): Promise<ToolOutput> {
  const { copy, path, clean } = target;
  const before = await readCopyFile(copy.root, path);
  if (before.kind === "unreadable") return refused(before.why);
  const old = before.kind === "text" ? before.text : "";
  const stand = placeholderIn(content, old);
  if (stand !== undefined) {
    const how = "Use edit_file for a part of the file, or write the whole file out";
    return refused(
      `content has the line ${JSON.stringify(stand)} instead of code. ${how}. Nothing changed.`,
    );
  }
  const cut = cutAtQuote(content, path);
  if (cut !== undefined) return refused(cutSentence("content", cut));
  if (await losesHidden(old, content, clean)) {
    const why = `content has [redacted], which hides a secret of ${path}, and would delete it`;
    return refused(`${why}. Use edit_file for the lines around it. Nothing changed.`);
  }
  return before.kind === "missing"
    ? await create(target, content)
    : await replace(target, old, content);
}

async function create(target: Target, content: string): Promise<ToolOutput> {
  const { copy, path, signal, mends } = target;
  const change = { copy: copy.root, path, before: "", after: content, signal };
  const { text, notice } = mends ? await withImports(change) : { text: content, notice: "" };
  const untested = mends ? untestedNames(copy.root, path, content) : [];
  if (untested.length > 0) return refused(untestedSentence(path, untested));
  const file = await copy.create(path, text);
  return done(`wrote ${file.path}, ${lineCount(linesOf(text).length)} (new)${notice}`);
}

async function replace(target: Target, old: string, content: string): Promise<ToolOutput> {
  const { copy, path, signal, mends } = target;
  const literal = asBefore(old, content);
  if (literal === old) return refused(unchanged(path));
  const change = { copy: copy.root, path, before: old, after: content, signal };
  const { text: after, notice } = mends ? await completed(change) : { text: literal, notice: "" };
  const { added, removed } = linesChanged(old, after);
  // What was left out stays, and there was nothing else.
  if (notice !== "" && added + removed === 0) return refused(unchanged(path) + notice);
  const file = await copy.write(path, after);
  const lost = await lostNames({ ...change, after });
  return done(replaced(file.path, old, after) + notice + lost);
}

type Change = Parameters<typeof namesLost>[0];

interface Completed {
  readonly text: string;
  /** What was put in, for the model. */
  readonly notice: string;
}

/** The whole of a file's new text with what a small model leaves out of it. */
async function completed(change: Change): Promise<Completed> {
  const { path, before } = change;
  const whole = await withNamed(change);
  const imported = await withImports({ ...change, after: whole.text });
  const { text, comments } = withComments(path, before, asBefore(before, imported.text));
  return { text, notice: whole.notice + imported.notice + commentsNotice(comments) };
}

/** What other files name, and most sections of a file, stay where its new text leaves them out. */
async function withNamed(change: Change): Promise<Completed> {
  const { path, before, after } = change;
  const language = languageOf(path);
  const lost = language === undefined ? [] : await namesLost(change);
  if (language === undefined || lost.length === 0) return { text: after, notice: "" };
  const rewrite = { before, after, language };
  const references = new Map(
    lost.map(({ name, references: all }) => [name, all.find((one) => !one.startsWith(`${path}:`))]),
  );
  const retained = omittedParts(rewrite, (name) => references.get(name) !== undefined);
  const notices = retained.map((name) => {
    const reference = references.get(name);
    const why = reference === undefined ? "content leaves it out" : `${reference} names it`;
    return `\n[${name} stays as it was, for ${why}; edit_file can take it out]`;
  });
  return { text: withOmittedParts(rewrite, retained), notice: notices.join("") };
}

function untestedSentence(path: string, names: readonly string[]): string {
  const all = names.join(" and ");
  return `${path} imports ${all} and never calls it. Write tests that call ${all}. Nothing changed.`;
}

function commentsNotice(comments: readonly string[]): string {
  const [first, ...others] = comments.map((comment) => JSON.stringify(comment));
  if (first === undefined) return "";
  return others.length === 0
    ? `\n[the comment ${first} stays; edit_file can take it out]`
    : `\n[the comments ${[first, ...others].join(" and ")} stay; edit_file can take them out]`;
}

/** A small model writes out a file that only uses what is to change. */
function unchanged(path: string): string {
  return `Nothing changed: ${path} has exactly this content. Write it as it is to be, or change another file.`;
}

/** With the byte order mark and the line ends that the file had. */
function asBefore(old: string, content: string): string {
  const mark = old.startsWith(BYTE_ORDER_MARK) && !content.startsWith(BYTE_ORDER_MARK);
  return (mark ? BYTE_ORDER_MARK : "") + withLineEnds(content, lineEndOf(old));
}

function replaced(path: string, old: string, after: string): string {
  const [was, is] = [linesOf(old).length, linesOf(after).length];
  const { added, removed } = linesChanged(old, after);
  const line = `wrote ${path}, ${lineCount(is)} (+${added} −${removed})`;
  if (was <= LONG_FILE || is * 2 >= was) return line;
  return `${line}\n[it had ${was} lines before: if the rest was to stay, write the whole file again]`;
}

function done(output: string): ToolOutput {
  return { ok: true, output };
}

function refused(output: string): ToolOutput {
  return { ok: false, output };
}
