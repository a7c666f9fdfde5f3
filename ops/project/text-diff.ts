/** Differences for a reader, in which no text is missing because something says that it is none. */
import { isUtf8 } from "node:buffer";
import { OrgError } from "#core/errors.ts";
import { wroteTooMuch } from "#core/process-failure.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { readTreeDiff, type TreeChange } from "#fitness/gate/tree-diff.ts";
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { WHOLE_TREE } from "./byte-paths.ts";

export interface DiffRange {
  /** Ids of commits or trees, or names of references. */
  readonly from: string;
  readonly to: string;
  /** A file or folder, relative to the top. @default everything */
  readonly path?: string | undefined;
  /** Whether a file that moved is shown as one. @default false */
  readonly renames?: boolean | undefined;
}

export interface DiffLimits {
  /** Longest output in bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Commands that show a part of it, for the user of a longer one. @default none */
  readonly narrower?: readonly string[] | undefined;
}

export interface TextDiff {
  /** As Git prints it; not cleaned. */
  readonly text: string;
  /** How many files changed whose content is not in it. */
  readonly hidden: number;
}

/** Largest file in bytes that is shown against what Git takes it for. */
const MAX_EACH = 1024 * 1024;
/** So much of a file Git searches for a NUL byte. */
const LOOKED_AT = 8000;
/** Most paths of one command line. */
const MOST_PATHS = 1000;

/**
 * The unified difference of two trees. Git shows nothing of a file with a NUL byte, nor of one that an attribute calls
 * binary: what is a text all the same, up to 1 MiB, is in it like any other.
 *
 * @throws {OrgError} `INPUT_INVALID` when it is longer than `maxBytes`, `PROCESS_FAILED` when Git fails.
 */
export async function textDiff(
  repository: Repository,
  range: DiffRange,
  limits: DiffLimits,
): Promise<TextDiff> {
  const { from, to, path, renames = false } = range;
  const print = async (options: readonly string[], paths: readonly string[]) => {
    const moved = renames ? "-M" : "--no-renames";
    const own = [moved, ...options];
    return new TextDecoder().decode(await printDiff(repository, { from, to, own, paths }, limits));
  };
  const only = path === undefined ? [] : [path];
  const printed = await print([], only);
  if (!UNSEEN.test(printed)) return { text: printed, hidden: 0 };
  const { texts, hidden } = await unseenFiles(repository, { from, to, only }, limits.signal);
  const textSections: string[] = [];
  for (let at = 0; at < texts.length; at += MOST_PATHS) {
    textSections.push(...sectionsOf(await print(["--text"], texts.slice(at, at + MOST_PATHS))));
  }
  const byHead = new Map(textSections.map((section) => [headOf(section), section]));
  const sections = sectionsOf(printed).map((section) =>
    UNSEEN.test(section) ? (byHead.get(headOf(section)) ?? section) : section,
  );
  return { text: sections.join(""), hidden };
}

/**
 * A difference byte for byte, for `git apply`: with what binary files need.
 *
 * @throws {OrgError} as {@link textDiff}.
 */
export async function binaryDiff(
  repository: Repository,
  { from, to }: Pick<DiffRange, "from" | "to">,
  limits: DiffLimits,
): Promise<Uint8Array> {
  return await printDiff(repository, { from, to, own: ["-M", "--binary"], paths: [] }, limits);
}

interface Printing extends Pick<DiffRange, "from" | "to"> {
  /** Options for this difference alone. */
  readonly own: readonly string[];
  readonly paths: readonly string[];
}

async function printDiff(
  repository: Repository,
  { from, to, own, paths }: Printing,
  limits: DiffLimits,
): Promise<Uint8Array> {
  const args = ["diff-tree", "-r", "-p", "--no-color", ...own, from, to, "--", ...paths];
  try {
    return (await gitRaw(repository, args, limits)).stdout;
  } catch (error) {
    if (!wroteTooMuch(error)) throw error;
    const ends = [from, to].map(shellWord).join(" ");
    throw new OrgError("The difference is too long to be shown", {
      code: "INPUT_INVALID",
      why: `It has more than ${limits.maxBytes.toLocaleString("en")} bytes.`,
      remedies: [
        ...(limits.narrower ?? []),
        `git --git-dir=${shellWord(repository.gitDir)} diff ${ends}   # shows all of it`,
      ],
      unchanged: "Nothing was changed.",
      cause: error,
    });
  }
}

/** What Git prints instead of a content; each line of a content has a mark before it. */
const UNSEEN = /^Binary files .* differ$/m;

function sectionsOf(diff: string): readonly string[] {
  return diff.split(/^(?=diff --git )/m);
}

function headOf(section: string): string {
  return section.slice(0, section.indexOf("\n"));
}

/** Which of the files that Git does not show are texts. */
async function unseenFiles(
  repository: Repository,
  {
    from,
    to,
    only,
  }: { readonly from: string; readonly to: string; readonly only: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<{ readonly texts: readonly string[]; readonly hidden: number }> {
  const args = ["diff-tree", "-r", "-z", "--numstat", "--no-renames", from, to, "--", ...only];
  const { stdout } = await gitRaw(repository, args, { ...WHOLE_TREE, signal });
  const numbers = new TextDecoder().decode(stdout).split("\0");
  const unseen = new Set(numbers.filter((line) => line.startsWith(NO_LINES)).map(pathIn));
  const changes = (await readTreeDiff(repository, from, to)).filter(
    ({ path }) => path !== undefined && unseen.has(path),
  );
  const ids = changes.flatMap(({ oldId, newId }) => [oldId, newId]);
  const blobs = await readSmallBlobs(repository, ids, { maxEach: MAX_EACH, signal });
  const isPrintable = ({ oldId, newId }: TreeChange): boolean => {
    // What is gone has no new content; what is too large on one side would fill the output.
    const sides = [newId, oldId].filter((id) => !/^0+$/.test(id)).map((id) => blobs.get(id));
    return !sides.includes(undefined) && isText(sides[0]);
  };
  const texts = changes.flatMap((change) =>
    change.path !== undefined && isPrintable(change) ? [change.path] : [],
  );
  // A name that is not UTF-8 is among the unseen ones alone.
  return { texts, hidden: unseen.size - texts.length };
}

/** How `--numstat` begins the line of a file that it does not count. */
const NO_LINES = "-\t-\t";

function pathIn(line: string): string {
  return line.slice(NO_LINES.length);
}

/** In UTF-8, or in any encoding without NUL bytes: then an attribute alone keeps Git from showing it. */
function isText(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && (isUtf8(bytes) || !bytes.subarray(0, LOOKED_AT).includes(0));
}
