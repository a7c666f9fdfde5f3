import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { defineTool } from "../define-tool.ts";
import type { CleanText, Tool, ToolOutput } from "../tool.ts";
import { readCopyFile, refusalOf } from "./copy-file.ts";
import { copyPath } from "./copy-path.ts";
import { cutAtQuote, cutSentence } from "./cut-text.ts";
import { losesHidden } from "./hidden-parts.ts";
import { linesChanged } from "./line-changes.ts";
import { placeholderIn } from "./placeholder.ts";
import { lineCount, lineEndOf, linesOf, withLineEnds } from "./text-lines.ts";

/** A file of more lines that shrinks to less than half was most often not written out. */
const LONG_FILE = 50;
const BYTE_ORDER_MARK = "\uFEFF";

/** Creates or replaces a whole file of the project's copy. */
export function writeFileTool(copy: string): Tool {
  return defineTool({
    name: "write_file",
    // A call that was cut off in the middle must not run: half a file would replace the whole one.
    effect: "execute",
    capabilities: ["file_write"],
    lasts: true,
    description: "Creates a file, or replaces the whole of one.",
    input: z.object({ path: z.string().min(1), content: z.string() }),
    example: { path: "notes/plan.md", content: "# Plan\n" },
    run: async ({ path: written, content }, { clean }) => {
      const path = copyPath(copy, written);
      try {
        return await write({ copy, path, clean }, content);
      } catch (error) {
        if (error instanceof OrgError) return { ok: false, output: refusalOf(error) };
        throw error;
      }
    },
  });
}

interface Target {
  readonly copy: string;
  readonly path: string;
  readonly clean: CleanText | undefined;
}

async function write({ copy, path, clean }: Target, content: string): Promise<ToolOutput> {
  const before = await readCopyFile(copy, path);
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
  if (before.kind === "missing") {
    const file = await workspaceAt(copy).create(path, content);
    return done(`wrote ${file.path}, ${lineCount(linesOf(content).length)} (new)`);
  }
  const after = asBefore(old, content);
  if (after === old) return refused(`Nothing changed: ${path} has exactly this content.`);
  const file = await workspaceAt(copy).write(path, after);
  return done(replaced(file.path, old, after));
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
