/**
 * Names of files as Git has them: bytes, which need not be UTF-8. Here each byte is one character of a text (Latin-1), so
 * that every name survives, can be compared, and goes back to Git as it came.
 */

import type { EntryChange } from "#platform/git/entry-change.ts";
import { gitFields as eachField, type FieldOptions, gitRaw } from "#platform/git/raw.ts";
import { readChanges } from "#platform/git/tree-changes.ts";
import { listedFields } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** A path relative to the top of the tree, one character a byte. */
export type BytePath = string;

/** Most bytes that a listing of a repository may have: a million files with long names. */
const MAX_LISTING_BYTES = 256 * 1024 * 1024;
/** Longest time for one step over a large repository, in milliseconds. */
const STEP_MS = 600_000;

/** What {@link gitRaw} may take for a step over a whole repository. */
export const WHOLE_TREE: { readonly maxBytes: number; readonly timeoutMs: number } = {
  maxBytes: MAX_LISTING_BYTES,
  timeoutMs: STEP_MS,
};

/** Runs Git, and cuts its output at every NUL. */
export async function gitFields(
  repository: Repository,
  args: readonly string[],
): Promise<readonly string[]> {
  return await fieldsWhere(repository, args, () => true);
}

/**
 * Runs Git, and cuts its output at every NUL: of a listing of 200,000 files only what is wanted becomes a text.
 *
 * @param matches told the bytes and where a field begins and ends in them.
 */
export async function fieldsWhere(
  repository: Repository,
  args: readonly string[],
  matches: (bytes: Buffer, start: number, end: number) => boolean,
): Promise<readonly string[]> {
  return await collected(matches, (onField) =>
    eachField(repository, args, { ...WHOLE_TREE, onField }),
  );
}

/** As {@link fieldsWhere}, of what `git ls-tree -r -z --full-tree` prints of a tree or a commit. */
export async function listedWhere(
  repository: Repository,
  tree: string,
  matches: (bytes: Buffer, start: number, end: number) => boolean,
): Promise<readonly string[]> {
  return await collected(matches, (onField) =>
    listedFields(repository, tree, { ...WHOLE_TREE, onField }),
  );
}

async function collected(
  matches: (bytes: Buffer, start: number, end: number) => boolean,
  walk: (onField: FieldOptions["onField"]) => Promise<void>,
): Promise<readonly string[]> {
  const fields: string[] = [];
  await walk((bytes, start, end) => {
    if (matches(bytes, start, end)) fields.push(bytes.toString("latin1", start, end));
  });
  return fields;
}

/** Runs Git with fields to read, each with a NUL behind it. @returns what it wrote to its standard error. */
export async function giveFields(
  repository: Repository,
  args: readonly string[],
  fields: readonly string[],
): Promise<string> {
  if (fields.length === 0) return "";
  const stdin = Buffer.from(fields.map((field) => `${field}\0`).join(""), "latin1");
  return (await gitRaw(repository, args, { ...WHOLE_TREE, stdin })).stderr;
}

/** The files of the index that are not in the work tree as the index has them. */
export async function unstagedEntries(repository: Repository): Promise<readonly EntryChange[]> {
  return readChanges(await gitFields(repository, ["diff-files", "-z", "--raw", "--no-abbrev"]));
}

/** "S", before the name of such a file. */
const SKIPPED = 0x53;

/** The files of the index that are not to be in the work tree. */
export async function hiddenPaths(repository: Repository): Promise<readonly BytePath[]> {
  const isSkipped = (bytes: Buffer, start: number) => bytes[start] === SKIPPED;
  const fields = await fieldsWhere(repository, ["ls-files", "-z", "-t"], isSkipped);
  return fields.map((field) => field.slice(2));
}

/** The path as the system takes it, below a folder. */
export function systemPath(folder: string, path: BytePath): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, "latin1")]);
}

/** The path as a person reads it; bytes that are not UTF-8 become U+FFFD. */
export function displayPath(path: BytePath): string {
  return Buffer.from(path, "latin1").toString("utf8");
}
