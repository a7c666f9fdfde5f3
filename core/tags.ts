/**
 * Audience tags in text: `@@python`, `@@group` and `@@user` say who is spoken to, and a line
 * `##file:<path>` says that what follows is the content of a file.
 *
 * Tags inside fenced or inline code are quotations and mean nothing.
 */

export interface FileTag {
  readonly path: string;
  readonly content: string;
}

export interface Tags {
  /** Names after `@@`, each once, in the order written. */
  readonly mentions: readonly string[];
  readonly files: readonly FileTag[];
  /** Paths after a single `@`, each once, in the order written; not every such word is one. */
  readonly paths: readonly string[];
}

// Not after a word or another "@", so that "a@@b" and "@@@" are not mentions.
const MENTION = /(?<![\w@])@@([A-Za-z][\w-]*)/g;
// Not within a word, so that an address of mail is none; what ends a sentence does not belong to it.
const PATH_WORD = /(?<![\w@])@(?:"([^"\n]{1,1024})"|([\w.~/][^\s@"'`<>()[\]{},;:!?]{0,1024}))/g;
const FILE_LINE = /^##file:[ \t]*(\S.*?)[ \t]*$/;
const FENCE_LINE = /^[ \t]{0,3}(`{3,}|~{3,})/;

/** Reads every tag of a finished text, in one pass over its lines. */
export function readTags(text: string): Tags {
  const mentions = new Set<string>();
  const files: FileTag[] = [];
  const paths = new Set<string>();
  const lines = text.split("\n");
  let fence: string | undefined;
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const path = fence === undefined ? FILE_LINE.exec(line)?.[1] : undefined;
    if (path !== undefined) {
      const block = readFileBlock(lines, at + 1);
      files.push({ path, content: block.content });
      at = block.next;
      continue;
    }
    const wasInFence = fence !== undefined;
    fence = fenceAfter(line, fence);
    if (!wasInFence && fence === undefined) addTags(line, mentions, paths);
    at += 1;
  }
  return { mentions: [...mentions], files, paths: [...paths] };
}

/** The open fence after a line, or `undefined` outside of code. */
export function fenceAfter(line: string, fence: string | undefined): string | undefined {
  const mark = FENCE_LINE.exec(line)?.[1];
  if (mark === undefined) return fence;
  if (fence === undefined) return mark;
  // A fence closes with the same character, at least as many, and nothing behind (CommonMark 4.5).
  const closes = mark.startsWith(fence) && line.trim() === mark;
  return closes ? undefined : fence;
}

function addTags(line: string, mentions: Set<string>, paths: Set<string>): void {
  // Inline code is blanked rather than cut out, so that the words around it do not join.
  const prose = line.includes("`") ? line.replace(/`[^`]*`/g, " ") : line;
  for (const [, name] of prose.matchAll(MENTION)) if (name !== undefined) mentions.add(name);
  for (const [, quoted, bare = ""] of prose.matchAll(PATH_WORD)) {
    paths.add(quoted ?? bare.replace(/\.+$/, ""));
  }
}

/**
 * Reads the content behind a `##file:` line. Models like to wrap it in a code fence: then the inside
 * of that fence is the content and the text behind it is the room's again.
 */
function readFileBlock(
  lines: readonly string[],
  start: number,
): { readonly content: string; readonly next: number } {
  const first = indexFrom(lines, start, (line) => line.trim() !== "");
  const fence = fenceAfter(lines[first] ?? "", undefined);
  if (fence !== undefined) {
    const last = indexFrom(lines, first + 1, (line) => fenceAfter(line, fence) === undefined);
    return { content: joined(lines.slice(first + 1, last)), next: last + 1 };
  }
  const last = indexFrom(lines, start, isTagLine);
  return { content: joined(trimBlankEnds(lines.slice(start, last))), next: last };
}

/** The first line from `start` on that fits, or the end: `findIndex` would begin at 0 for every tag. */
function indexFrom(
  lines: readonly string[],
  start: number,
  fits: (line: string) => boolean,
): number {
  let at = start;
  while (at < lines.length && !fits(lines[at] ?? "")) at += 1;
  return at;
}

function isTagLine(line: string): boolean {
  return line.startsWith("##file:") || /^@@[A-Za-z]/.test(line);
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function trimBlankEnds(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.trim() !== "");
  const end = lines.findLastIndex((line) => line.trim() !== "");
  return start === -1 ? [] : lines.slice(start, end + 1);
}

/**
 * Whether a line asks who reviews the changes of a repository: it is addressed like a persona, and answers as the gate
 * has it answer.
 *
 * @returns the request, perhaps empty.
 */
export function criticRequest(line: string): string | undefined {
  const [command, about = ""] = /^@@critic(?:\s+(.*))?$/is.exec(line.trim()) ?? [];
  return command === undefined ? undefined : about;
}
