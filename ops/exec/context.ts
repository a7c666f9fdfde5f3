/** What a task shows the model: files of the commit that is checked out, and files of the context folder. */
import { strictUtf8 } from "#core/text/strict-utf8.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { MAX_FILE_BYTES, readSmallBlobs } from "#platform/git/blobs.ts";
import { bytesInside, type Found, findContext, rootOf } from "./context-paths.ts";
import type { Scratch } from "./scratch.ts";

export interface ContextFile extends Found {
  readonly text: string;
  /** Every character of the file is in `text`. */
  readonly isWhole: boolean;
}

export interface Context {
  readonly files: readonly ContextFile[];
  /** What was left out and why, one sentence each. */
  readonly notes: readonly string[];
  /** What a person may have forgotten, one sentence each. */
  readonly hints: readonly string[];
}

export interface ContextSources {
  readonly scratch: Scratch;
  /** Absent: the repository is all there is. */
  readonly contextRoot?: string | undefined;
  readonly cleaner: TextCleaner;
}

/**
 * Reads the files of a task, in its order.
 *
 * @param entries `path` is looked for in the repository, then in the context folder; `repo:path` and `context:path` say
 *   where. Globs match files.
 * @throws {OrgError} `INPUT_MISSING` for what is in neither, `PATH_REFUSED` for what leads out of both.
 */
export async function readContext(
  entries: readonly string[],
  { scratch, contextRoot, cleaner }: ContextSources,
): Promise<Context> {
  const root = contextRoot === undefined ? undefined : await rootOf(contextRoot);
  const found = await findContext(entries, scratch, root);
  const bytesOf = await reader(found, scratch, root);
  const files: ContextFile[] = [];
  const notes: string[] = [];
  const hints: string[] = [];
  for (const one of found) {
    const text = textOf(await bytesOf(one));
    if (text === undefined) {
      notes.push(`${one.path} was left out: it is not text, or too large.`);
      continue;
    }
    if (one.from === "repository" && !(await isOnDisk(one.path, text, scratch))) {
      hints.push(`${one.path} is not as it was committed; the model is shown what was committed.`);
    }
    const clean = cleaner.clean(text);
    const isWhole = clean === text;
    if (!isWhole) notes.push(`${one.path} is shown without its secrets and invisible characters.`);
    files.push({ ...one, text: clean, isWhole });
  }
  return { files, notes, hints };
}

type ReadFound = (one: Found) => Promise<Uint8Array | undefined>;

/** One question to Git for all files of the repository. */
async function reader(found: readonly Found[], scratch: Scratch, root = ""): Promise<ReadFound> {
  const idOf = ({ path }: Found): string => scratch.entries.get(path)?.objectId ?? "";
  const ids = found.filter(({ from }) => from === "repository").map(idOf);
  const blobs = await readSmallBlobs(scratch.repository, ids);
  return async (one) =>
    one.from === "repository"
      ? blobs.get(idOf(one))
      : await bytesInside(root, one.path, MAX_FILE_BYTES);
}

/** @param text as it was committed. */
async function isOnDisk(path: string, text: string, { workTree }: Scratch): Promise<boolean> {
  // A link in its place is a difference too.
  const bytes = await bytesInside(workTree, path, MAX_FILE_BYTES).catch(() => undefined);
  return textOf(bytes) === text;
}

/** With plain line ends. @returns `undefined` for what is not text. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.includes(0)) return undefined;
  return strictUtf8(bytes)?.replaceAll("\r\n", "\n");
}
