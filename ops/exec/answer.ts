/** Reads what the model answers to a task: a commit message, and whole files or a diff. docs/exec.md has the format. */
import { type Outcome, unusable } from "./refusal.ts";

/** Most characters of an answer: more is not a change that a person reads. */
export const MAX_ANSWER_CHARACTERS: number = 1024 * 1024;
/** Most files of one change. */
const MAX_FILES = 200;

export interface Answer {
  /** As the model wrote it. */
  readonly message: string;
  readonly change: Change;
}

export type Change =
  | { readonly kind: "files"; readonly files: readonly WholeFile[] }
  /** Lines of the block, without line ends. */
  | { readonly kind: "diff"; readonly lines: readonly string[] };

export interface WholeFile {
  readonly path: string;
  /** Absent: the file goes. */
  readonly lines?: readonly string[] | undefined;
}

export function readAnswer(text: string): Outcome<Answer> {
  const read = blocksOf(withoutThinking(text).split(/\r?\n/));
  if ("refused" in read) return read;
  const blocks = read.value;
  const messages = blocks.filter(({ kind }) => kind === "COMMIT_MSG");
  if (messages.length !== 1)
    return unusable(`it has ${counted(messages.length, "COMMIT_MSG block")}; it needs exactly one`);
  const message = unfenced(messages[0]?.lines ?? [])
    .join("\n")
    .trim();
  if (message === "") return unusable("its commit message is empty");
  const change = changeOf(blocks);
  return "refused" in change ? change : { value: { message, change: change.value } };
}

function changeOf(blocks: readonly Block[]): Outcome<Change> {
  const patches = blocks.filter(({ kind }) => kind === "PATCH");
  const files = blocks.filter(({ kind }) => kind === "FILE" || kind === "DELETE");
  if (patches.length > 1)
    return unusable(`it has ${patches.length} PATCH blocks; it needs exactly one`);
  if (patches.length > 0 && files.length > 0)
    return unusable("it has a PATCH block beside whole files; it needs one of the two");
  if (files.length > MAX_FILES)
    return unusable(`it has ${files.length} files; ${MAX_FILES} are allowed`);
  const [patch] = patches;
  if (patch !== undefined) return { value: { kind: "diff", lines: patch.lines } };
  if (files.length === 0) return unusable("it has neither a PATCH block nor a FILE block");
  return { value: { kind: "files", files: files.map(wholeFile) } };
}

function wholeFile({ kind, path, lines }: Block): WholeFile {
  if (kind === "DELETE") return { path };
  // In Markdown a fence belongs to the text.
  return { path, lines: /\.(?:md|markdown|mdx)$/i.test(path) ? lines : unfenced(lines) };
}

interface Block {
  readonly kind: "COMMIT_MSG" | "PATCH" | "FILE" | "DELETE";
  /** Of FILE and DELETE; else empty. */
  readonly path: string;
  readonly lines: string[];
}

const MARKER = /^---[ \t]*(?:(COMMIT_MSG|PATCH|END)|(FILE|DELETE)[: \t]+(\S.*?))[ \t]*---[ \t]*$/;
/** No path is as long; and a line of blanks would cost time in the square of its length. */
const LONGEST_MARKER = 2000;
const END_FILE = /^---[ \t]*END[ _]FILE[ \t]*---[ \t]*$/;

/** What stands outside of blocks is chatter; within a file only the end of the file ends it. */
function blocksOf(lines: readonly string[]): Outcome<readonly Block[]> {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of lines) {
    const isFile = open?.kind === "FILE";
    if (END_FILE.test(line)) {
      if (isFile) open = undefined;
      continue;
    }
    const marker = isFile ? null : markerOf(line);
    if (marker === null) {
      open?.lines.push(line);
      continue;
    }
    open = opened(marker);
    if (open !== undefined) blocks.push(open);
    if (open?.kind === "DELETE") open = undefined;
  }
  if (open?.kind === "FILE")
    return unusable(`the file "${open.path.slice(0, 200)}" has no ---END FILE---`);
  return { value: blocks };
}

function markerOf(line: string): RegExpExecArray | null {
  return line.length > LONGEST_MARKER ? null : MARKER.exec(line);
}

function opened([, plain, named, path = ""]: RegExpExecArray): Block | undefined {
  if (plain === "COMMIT_MSG" || plain === "PATCH") return { kind: plain, path: "", lines: [] };
  // The pattern allows no other word.
  return plain === "END"
    ? undefined
    : { kind: named === "DELETE" ? "DELETE" : "FILE", path, lines: [] };
}

/** Models like to put a fence around the requested text. */
function unfenced(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  const isFenced =
    first < last &&
    /^```[\w.+-]*$/.test(lines[first]?.trim() ?? "") &&
    lines[last]?.trim() === "```";
  return isFenced ? lines.slice(first + 1, last) : lines;
}

/** Some servers leave the thinking in the text. */
function withoutThinking(text: string): string {
  return text.replace(/^\s*<think>[\s\S]*?<\/think>/, "");
}

function counted(count: number, what: string): string {
  return count === 0 ? `no ${what}` : `${count} ${what}s`;
}
