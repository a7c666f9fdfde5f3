/** Makes a tree out of an answer, in the scratch repository. */
import { OrgError } from "#core/errors.ts";
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { gitText } from "#platform/git/raw.ts";
import { pathProblem } from "#platform/workspace-path.ts";
import { writeBlob } from "../release/tree-with-files.ts";
import type { Change, WholeFile } from "./answer.ts";
import { type FileDiff, readDiff, writeDiff } from "./diff-text.ts";
import type { Outputs } from "./outputs.ts";
import { type Outcome, offLimits, type Refusal, unusable } from "./refusal.ts";
import type { Scratch } from "./scratch.ts";

export interface ChangeRules {
  readonly outputs: Outputs;
  /** Paths whose every character is in the prompt; only these can be replaced as a whole. */
  readonly wholePaths: ReadonlySet<string>;
}

/** @returns the id of the tree. */
export async function makeChange(
  scratch: Scratch,
  change: Change,
  rules: ChangeRules,
): Promise<Outcome<string>> {
  await gitText(scratch.repository, ["read-tree", scratch.base]);
  const refused =
    change.kind === "files"
      ? await replaceFiles(scratch, change.files, rules)
      : await applyDiff(scratch, change.lines, rules);
  if (refused !== undefined) return { refused };
  return { value: await gitText(scratch.repository, ["write-tree"]) };
}

async function replaceFiles(
  scratch: Scratch,
  files: readonly WholeFile[],
  { outputs, wholePaths }: ChangeRules,
): Promise<Refusal | undefined> {
  const clash = clashIn(files.map(({ path }) => path));
  if (clash !== undefined) return unusable(clash).refused;
  const texts = await textsBefore(scratch, files);
  const edits: string[] = [];
  for (const { path, lines } of files) {
    const wrong = pathRefusal(scratch, path, outputs);
    if (wrong !== undefined) return wrong;
    const isThere = scratch.entries.has(path);
    if (lines === undefined) {
      if (!isThere) return unusable(`there is no "${path}" to delete`).refused;
      edits.push(`0 ${"0".repeat(scratch.base.length)}\t${path}\0`);
      continue;
    }
    if (isThere && !wholePaths.has(path)) return unusable(notWhole(path)).refused;
    const after = textLike(texts.get(path), lines);
    if (after === undefined) return unusable(mixed(path)).refused;
    const id = await writeBlob(scratch.repository, after);
    edits.push(`${scratch.entries.get(path)?.mode ?? "100644"} ${id}\t${path}\0`);
  }
  await gitText(scratch.repository, ["update-index", "-z", "--index-info"], {
    stdin: edits.join(""),
  });
  return undefined;
}

async function applyDiff(
  scratch: Scratch,
  lines: readonly string[],
  { outputs }: ChangeRules,
): Promise<Refusal | undefined> {
  const read = readDiff(lines);
  if ("refused" in read) return read.refused;
  // Several parts may change one file; who makes or deletes it does so once.
  const changed = new Set(
    read.value.flatMap(({ kind, path }) => (kind === "change" ? [path] : [])),
  );
  const others = read.value.flatMap(({ kind, path }) => (kind === "change" ? [] : [path]));
  const clash = clashIn([...changed, ...others]);
  if (clash !== undefined) return unusable(clash).refused;
  const texts = await textsBefore(scratch, read.value);
  const ends = new Map<string, string>();
  for (const { path } of read.value) {
    const wrong = pathRefusal(scratch, path, outputs);
    if (wrong !== undefined) return wrong;
    const end = lineEndOf(texts.get(path) ?? "");
    if (end === undefined) return unusable(mixed(path)).refused;
    ends.set(path, end);
  }
  const patch = writeDiff(read.value, (path) => ends.get(path) ?? "\n");
  // Else a change without lines below it would be one at the end of its file. Each hunk names lines that are there.
  const problem = await gitApply(scratch, patch, ["--unidiff-zero"]);
  return problem === undefined
    ? undefined
    : unusable(`the patch does not apply: ${problem}`).refused;
}

/**
 * Applies a patch to the index of the scratch repository.
 *
 * @param how further options of Git.
 * @returns what Git objects to.
 */
export async function gitApply(
  { repository }: Scratch,
  patch: string,
  how: readonly string[] = [],
): Promise<string | undefined> {
  try {
    // All of it or nothing: Git writes the index only when every part applies.
    const args = ["apply", "--cached", "--whitespace=nowarn", ...how, "-"];
    await gitText(repository, args, { stdin: patch });
    return undefined;
  } catch (error) {
    if (!(error instanceof OrgError) || error.why === undefined) throw error;
    const errorLines = error.why.split("\n").map((line) => line.replace(/^(?:error|fatal): /, ""));
    return errorLines.slice(0, 3).join("; ").slice(0, 500);
  }
}

/** Git would take the last one of them, without a word. */
function clashIn(paths: readonly string[]): string | undefined {
  const all = new Set<string>();
  for (const path of paths) {
    if (all.has(path)) return `it has "${path.slice(0, 200)}" twice`;
    all.add(path);
  }
  for (const path of paths) {
    const above = foldersOf(path).find((folder) => all.has(folder));
    if (above !== undefined) return `it has "${above.slice(0, 200)}" as a file and as a folder`;
  }
  return undefined;
}

/** `a/b/c` lies in `a` and in `a/b`. */
function foldersOf(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}

/** Decided on the name alone, before anything is applied; the tree that results is judged once more. */
function pathRefusal(scratch: Scratch, path: string, outputs: Outputs): Refusal | undefined {
  const problem = pathProblem(path);
  if (problem !== undefined) return offLimits(path, problem).refused;
  if (/(?:^|\/)(?:\.?\/|\.$)/.test(path))
    return offLimits(path, "it is not the plain form of a path").refused;
  const mode = scratch.entries.get(path)?.mode ?? "100644";
  if (!mode.startsWith("100")) return offLimits(path, "it is a link or a submodule").refused;
  const above = foldersOf(path).find((folder) => scratch.entries.has(folder));
  if (above !== undefined) return offLimits(path, `"${above}" is not a folder`).refused;
  return outputs(path)
    ? undefined
    : offLimits(path, "the task does not name it under outputs").refused;
}

/** Of those that are there and not too large. */
async function textsBefore(
  { repository, entries }: Scratch,
  files: readonly (WholeFile | FileDiff)[],
): Promise<ReadonlyMap<string, string>> {
  const there = files.flatMap(({ path }) => {
    const entry = entries.get(path);
    return entry?.mode.startsWith("100") === true ? [[path, entry.objectId] as const] : [];
  });
  const blobs = await readSmallBlobs(
    repository,
    there.map(([, id]) => id),
  );
  return new Map(
    there.flatMap(([path, id]) => {
      const bytes = blobs.get(id);
      return bytes === undefined ? [] : [[path, new TextDecoder().decode(bytes)] as const];
    }),
  );
}

/** Line ends, and the lack of one at the end, stay as they are in the file; a new file has plain ones. */
function textLike(before: string | undefined, lines: readonly string[]): string | undefined {
  const end = lineEndOf(before ?? "");
  if (end === undefined) return undefined;
  const text = lines.join(end);
  const isOpen = before !== undefined && before !== "" && !before.endsWith("\n");
  return text === "" || isOpen ? text : text + end;
}

/** @returns `undefined` where both kinds stand: it is undecided which one a new line has. */
function lineEndOf(text: string): "\n" | "\r\n" | undefined {
  const all = text.split("\n").length - 1;
  const pairs = text.split("\r\n").length - 1;
  if (pairs === 0) return "\n";
  return pairs === all ? "\r\n" : undefined;
}

function mixed(path: string): string {
  return `"${path}" has line ends of two kinds, which only a person can keep`;
}

function notWhole(path: string): string {
  return `"${path}" was not shown as a whole, so it cannot be replaced as a whole; a diff can change it`;
}
