/**
 * Reads the unified diff of a model. Its paths and lines count; its numbers do not, for models count badly, and what
 * stands around it is chatter. What is applied is written anew from what was read.
 *
 * @see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
import { type Outcome, offLimits, unusable } from "./refusal.ts";

/** What a diff does to one file. */
export interface FileDiff {
  readonly path: string;
  readonly kind: "change" | "create" | "delete";
  readonly hunks: readonly Hunk[];
}

interface Hunk {
  /** First line of the old file that it shows, from 1; Git looks around it. */
  readonly oldStart: number;
  /** With their first character: blank, `+`, `-` or `\`. */
  readonly lines: readonly string[];
}

/** @param lines of the diff and what is around it, without line ends. */
export function readDiff(lines: readonly string[]): Outcome<readonly FileDiff[]> {
  const sections = sectionsOf(lines);
  if (sections.length === 0) return unusable("the PATCH block holds no diff");
  const files: FileDiff[] = [];
  for (const section of sections) {
    const read = readSection(section);
    if ("refused" in read) return read;
    files.push(read.value);
  }
  return { value: files };
}

/** The diff in the form that Git takes, with numbers that are right. */
export function writeDiff(files: readonly FileDiff[], lineEndOf: (path: string) => string): string {
  return files.map((file) => writeFile(file, lineEndOf(file.path))).join("");
}

interface Section {
  /** The names of `diff --git a/x b/x`; absent in a plain diff. */
  readonly git: readonly [string, string] | undefined;
  readonly heads: string[];
  readonly hunks: { readonly oldStart: number; readonly lines: string[] }[];
}

const GIT_HEAD = /^diff --git ("a\/(?:[^"\\]|\\.)*"|a\/.+?) ("b\/(?:[^"\\]|\\.)*"|b\/.+)$/;
const HUNK_HEAD = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
/** Lines that say something about a file, before its first hunk. */
const FILE_HEAD =
  /^(?:--- |\+\+\+ |(?:old|new|new file|deleted file) mode |(?:rename|copy) (?:from|to) |(?:dis)?similarity index |index |GIT binary patch|Binary files )/;

function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: Section[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const opened = openedAt(lines, at, sections.at(-1));
    if (opened !== undefined) sections.push(opened);
    const current = sections.at(-1);
    const hunk = HUNK_HEAD.exec(line);
    if (hunk !== null && current !== undefined) {
      const body = hunkBody(lines, at + 1, [Number(hunk[2] ?? 1), Number(hunk[3] ?? 1)]);
      current.hunks.push({ oldStart: Number(hunk[1]), lines: body });
      at += body.length;
    } else if (FILE_HEAD.test(line)) current?.heads.push(line);
    at += 1;
  }
  return sections;
}

/** The section that begins with this line, if one does. */
function openedAt(lines: readonly string[], at: number, current?: Section): Section | undefined {
  const [, ...names] = GIT_HEAD.exec(lines[at] ?? "") ?? [];
  const [from, to] = [nameOf(names[0], "a/"), nameOf(names[1], "b/")];
  const git = from === undefined || to === undefined ? undefined : ([from, to] as const);
  if (git === undefined && !startsPlainDiff(lines, at, current)) return undefined;
  return { git, heads: [], hunks: [] };
}

/** `--- x` and `+++ y` that do not belong to the line of Git's above them. */
function startsPlainDiff(lines: readonly string[], at: number, current?: Section): boolean {
  const [old = "", now = ""] = [lines[at], lines[at + 1]];
  if (!old.startsWith("--- ") || !now.startsWith("+++ ")) return false;
  if (current?.git === undefined || current.heads.some((head) => head.startsWith("--- ")))
    return true;
  const names = [nameOf(old.slice(4), "a/"), nameOf(now.slice(4), "b/")];
  return names.some((name, side) => name !== NOTHING && name !== current.git?.[side]);
}

/**
 * Up to the first line that cannot belong to it, or to an empty one where it has as many lines as its head says: a list
 * in the chatter below looks like lines that go. Empty lines at its end are chatter too.
 *
 * @param counts how many lines of the old and of the new file it has, if the model has counted well.
 */
function hunkBody(
  lines: readonly string[],
  from: number,
  counts: readonly [old: number, now: number],
): string[] {
  let end = from;
  let [old, now] = counts;
  while (end < lines.length && isHunkLine(lines, end)) {
    const line = lines[end] ?? "";
    if (line === "" && old === 0 && now === 0) break;
    if (line === "" || /^[ -]/.test(line)) old -= 1;
    if (line === "" || /^[ +]/.test(line)) now -= 1;
    end += 1;
  }
  while (end > from && lines[end - 1] === "") end -= 1;
  // An editor that strips blanks at the ends of lines leaves of an empty line nothing.
  return lines.slice(from, end).map((line) => (line === "" ? " " : line));
}

function isHunkLine(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  // The beginning of the next file looks like a line that is taken out.
  if (line.startsWith("--- ") && lines[at + 1]?.startsWith("+++ ") === true) {
    return !HUNK_HEAD.test(lines[at + 2] ?? "");
  }
  return line === "" || /^[ +\-\\]/.test(line);
}

function readSection({ git, heads, hunks }: Section): Outcome<FileDiff> {
  const head = (start: string): string | undefined =>
    heads.find((line) => line.startsWith(start))?.slice(start.length);
  const from = nameOf(head("--- "), "a/") ?? git?.[0];
  const to = nameOf(head("+++ "), "b/") ?? git?.[1];
  const path = to === NOTHING ? from : to;
  if (path === undefined || path === NOTHING) return unusable("the diff names no file");
  const refused = headProblem(path, from, heads);
  if (refused !== undefined) return refused;
  const isNew = from === NOTHING || head("new file mode ") !== undefined;
  const isGone = to === NOTHING || head("deleted file mode ") !== undefined;
  const hasAnchor = hunks.every(({ lines }) => lines.some((line) => /^[ -]/.test(line)));
  if (!(isNew || hasAnchor)) return unusable(`a part of the diff shows no line that ${path} has`);
  return { value: { path, kind: isNew ? "create" : isGone ? "delete" : "change", hunks } };
}

function headProblem(
  path: string,
  from: string | undefined,
  heads: readonly string[],
): ReturnType<typeof unusable> | undefined {
  const forbidden = heads.find((line) => FORBIDDEN.test(line));
  if (forbidden !== undefined) return offLimits(path, `the diff says "${forbidden.slice(0, 80)}"`);
  if (from !== NOTHING && from !== path) return offLimits(path, `it was "${from}" before`);
  const isBinary = heads.some((line) => /^(?:GIT binary patch|Binary files )/.test(line));
  return isBinary ? unusable(`${path} would be binary`) : undefined;
}

/** Renames, copies, other modes; a new file is a plain one. */
const FORBIDDEN = /^(?:rename|copy|old mode|new mode|new file mode (?!100644$)) ?/;

/** `/dev/null`. */
const NOTHING = "";

function nameOf(written: string | undefined, prefix: string): string | undefined {
  if (written === undefined) return undefined;
  // Plain diffs have the time behind a tab.
  const [name = ""] = written.split("\t");
  const bare = unquoted(name.trimEnd());
  if (bare === "/dev/null") return NOTHING;
  return bare.startsWith(prefix) ? bare.slice(prefix.length) : bare;
}

/** Git quotes unusual names as C does; those with escapes other than these are refused later as they are. */
function unquoted(name: string): string {
  const inner = /^"(.*)"$/.exec(name)?.[1];
  return inner === undefined ? name : inner.replace(/\\(["\\])/g, "$1");
}

function writeFile({ path, kind, hunks }: FileDiff, lineEnd: string): string {
  const [a, b] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const heads = [`diff --git ${a} ${b}`];
  if (kind === "create") heads.push("new file mode 100644");
  if (kind === "delete") heads.push("deleted file mode 100644");
  if (hunks.length > 0) {
    heads.push(
      `--- ${kind === "create" ? "/dev/null" : a}`,
      `+++ ${kind === "delete" ? "/dev/null" : b}`,
    );
  }
  let shift = 0;
  const bodies = hunks.map((hunk) => {
    const [old, now] = [countOf(hunk, "-"), countOf(hunk, "+")];
    const oldStart = kind === "create" ? 0 : hunk.oldStart;
    const newStart = kind === "delete" ? 0 : Math.max(1, oldStart + shift);
    shift += now - old;
    const body = hunk.lines.map((line, index) =>
      // Who has no line end has no carriage return either.
      line.startsWith("\\") || hunk.lines[index + 1]?.startsWith("\\") === true
        ? `${line}\n`
        : `${line}${lineEnd}`,
    );
    return `@@ -${oldStart},${old} +${newStart},${now} @@\n${body.join("")}`;
  });
  return `${heads.join("\n")}\n${bodies.join("")}`;
}

function countOf({ lines }: Hunk, sign: "+" | "-"): number {
  return lines.filter((line) => line.startsWith(" ") || line.startsWith(sign)).length;
}

function quoted(name: string): string {
  return /["\\]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;
}
