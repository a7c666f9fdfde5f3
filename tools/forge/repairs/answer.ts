/** Takes the one file that was asked for out of what a model answered. */

import { z } from "zod";
import { parseJson } from "#core/json.ts";
import type { Repaired } from "./repair.ts";

interface Block {
  /** What stands behind the opening fence. */
  readonly info: string;
  readonly text: string;
  readonly isClosed: boolean;
  /** Line numbers of the fences, from 0. */
  readonly from: number;
  readonly to: number;
}

/** How the fences of a file are labelled. */
export interface AnswerFile {
  readonly name: string;
  /** Words behind the fence, such as "ts" or "typescript". */
  readonly labels: readonly string[];
}

/** The file of an answer that was held to a list of its lines; nothing for any other answer. */
export function takeLines(answer: string): Repaired | undefined {
  const read = linesSchema.safeParse(parseJson(answer));
  return read.success ? { text: finished(read.data.lines.join("\n")), names: [] } : undefined;
}

const linesSchema = z.object({ lines: z.array(z.string()) });

/**
 * The answer that was asked for is one fenced block. Everything else is cut, by name: `thinking-cut`,
 * `prose-cut` around the block, `fence-missing` where the whole answer is the file, `fence-unclosed`.
 */
export function takeFile(answer: string, file: AnswerFile): Repaired {
  const names: string[] = [];
  const visible = withoutThinking(answer);
  if (visible !== answer) names.push("thinking-cut");
  const blocks = blocksOf(visible);
  const block = chosen(blocks, file);
  if (block === undefined) return { text: finished(visible), names: [...names, "fence-missing"] };
  if (hasMore(visible, block)) names.push("prose-cut");
  if (!block.isClosed) names.push("fence-unclosed");
  return { text: block.text, names };
}

// Servers that do not split reasoning from the answer leave it in the text, some without its opening tag.
const THINKING = /^\s*(?:<think(?:ing)?>)?[\s\S]*?<\/think(?:ing)?>\s*/;

function withoutThinking(answer: string): string {
  const fence = answer.search(/^ {0,3}(?:```|~~~)/m);
  const end = answer.search(/<\/think(?:ing)?>/);
  // Behind the first fence it is part of a file.
  const isOpened = /^\s*<think(?:ing)?>/.test(answer);
  return end !== -1 && (isOpened || fence === -1 || end < fence)
    ? answer.replace(THINKING, "")
    : answer;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;

/** Fenced blocks as CommonMark has them: a fence is closed by one that is as long. */
function blocksOf(text: string): readonly Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  let open: { readonly fence: string; readonly info: string; readonly from: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const [, fence = "", info = ""] = FENCE.exec(line) ?? [];
    if (fence === "") continue;
    if (open === undefined) {
      open = { fence, info: info.trim(), from: at };
    } else if (info.trim() === "" && fence.startsWith(open.fence)) {
      blocks.push(blockOf(lines, open, at));
      open = undefined;
    }
  }
  return open === undefined ? blocks : [...blocks, blockOf(lines, open, undefined)];
}

function blockOf(
  lines: readonly string[],
  { info, from }: { readonly info: string; readonly from: number },
  end: number | undefined,
): Block {
  const to = end ?? lines.length;
  const text = finished(lines.slice(from + 1, to).join("\n"));
  return { info, text, isClosed: end !== undefined, from, to };
}

/** The block that names the file, else the longest with its language, else the longest. */
function chosen(blocks: readonly Block[], { name, labels }: AnswerFile): Block | undefined {
  const longest = (of: readonly Block[]) =>
    of.toSorted((a, b) => b.text.length - a.text.length).at(0);
  const named = blocks.filter(({ info }) => info.split(/[\s:=]+/).includes(name));
  const labelled = blocks.filter(({ info }) =>
    labels.includes(info.split(/[\s:]/)[0]?.toLowerCase() ?? ""),
  );
  return longest(named) ?? longest(labelled) ?? longest(blocks);
}

function hasMore(text: string, { from, to }: Block): boolean {
  const lines = text.split(/\r?\n/);
  return [...lines.slice(0, from), ...lines.slice(to + 1)].some((line) => line.trim() !== "");
}

/** A file has no blank lines around it and ends with a line feed. */
function finished(text: string): string {
  return `${text.replace(/^(?:[ \t]*\n)+/, "").trimEnd()}\n`;
}
