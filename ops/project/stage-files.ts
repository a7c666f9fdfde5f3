/**
 * Takes what changed in a work tree over into the index, file by file. `git add` would do more than is wanted: it stops at
 * a file that it cannot read, makes a submodule of a folder with a `.git`, and knows no limit.
 */

import { access, constants, lstat, readlink } from "node:fs/promises";
import { OrgError } from "#core/errors.ts";
import { looksSecret } from "#core/text/secret-names.ts";
import { errnoOf } from "#platform/files.ts";
import type { EntryChange } from "#platform/git/entry-change.ts";
import { ABSENT } from "#platform/git/entry-modes.ts";
import { leadsOut } from "#platform/git/link-target.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import {
  type BytePath,
  displayPath,
  gitFields,
  giveFields,
  systemPath,
  unstagedEntries,
} from "./byte-paths.ts";
import { isContentOf, type Pointers, readPointers } from "./lfs.ts";

/** A file that was not taken over. */
export interface RefusedFile {
  /** As a person reads it, not cleaned for a screen. */
  readonly path: string;
  /** One clause, such as "it is larger than 16 MiB". */
  readonly why: string;
}

export interface StageLimits {
  /** Largest file in bytes. */
  readonly fileBytes: number;
  /** Most files that are new at once. */
  readonly newFiles: number;
  /** Most bytes of changed and new files together. */
  readonly totalBytes: number;
  /** Whether links that lead out of the tree are refused. */
  readonly judgesLinks: boolean;
}

/**
 * Makes the index of `repository` equal to its work tree: changed, new and removed files, but not ignored ones.
 *
 * @returns what was left out; the index keeps what it had of it.
 */
export async function stageFiles(
  repository: Repository,
  limits: StageLimits,
): Promise<readonly RefusedFile[]> {
  const [changed, others] = await Promise.all([
    unstagedEntries(repository),
    gitFields(repository, ["ls-files", "-z", "--others", "--exclude-standard"]),
  ]);
  const removed = changed.filter(({ newMode }) => newMode === ABSENT).map(({ path }) => path);
  const present = changed.filter(({ newMode }) => newMode !== ABSENT);
  const few = fewerThan(others, limits.newFiles);
  const pointers = await readPointers(repository, present);
  const found = [
    ...(await mapFiles(present, (entry) => checkIndexed(repository, entry, { limits, pointers }))),
    ...(await mapFiles(few.paths, (path) => lookAtNew(repository, path, limits))),
  ];
  const { accepted, refused } = withinTotal(found, limits.totalBytes);
  await giveFields(repository, ["update-index", "-z", "--force-remove", "--stdin"], removed);
  const failed: RefusedFile[] = [];
  await addFiles(repository, accepted, failed);
  return [...few.refused, ...refused, ...failed];
}

/** So many files that Git cannot take are looked for one by one; more have another cause than their contents. */
const MOST_FAILED = 20;

/**
 * All of them or, where Git cannot take one, as for an encoding that an attribute names, all but that one.
 *
 * @param failed gets what is left out.
 * @throws {OrgError} `PROCESS_FAILED` where more than {@link MOST_FAILED} are.
 */
async function addFiles(
  repository: Repository,
  paths: readonly BytePath[],
  failed: RefusedFile[],
): Promise<void> {
  // What vanished since it was looked at is removed, or was never there.
  const names = ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"];
  try {
    failed.push(...namesThatGitRefused(await giveFields(repository, names, paths)));
  } catch (error) {
    const isGit = error instanceof OrgError && error.code === "PROCESS_FAILED";
    if (!isGit || failed.length >= MOST_FAILED) throw error;
    const [first, ...others] = paths;
    if (first === undefined) throw error;
    if (others.length === 0) {
      failed.push({ path: displayPath(first), why: `Git cannot keep it: ${fatalLine(error)}` });
      return;
    }
    const half = Math.ceil(paths.length / 2);
    await addFiles(repository, paths.slice(0, half), failed);
    await addFiles(repository, paths.slice(half), failed);
  }
}

function fatalLine({ why = "" }: OrgError): string {
  return /^(?:fatal|error): (.*)$/m.exec(why)?.[1] ?? why.trim();
}

/** What is to become of one file. */
interface Found {
  readonly path: BytePath;
  readonly bytes: number;
  /** Why it stays as the index has it; empty where there is nothing to tell. */
  readonly refused?: string;
}

/** Files that are looked at side by side; each is a question to the file system. */
const AT_ONCE = 64;

async function mapFiles<T>(all: readonly T[], look: (one: T) => Promise<Found>): Promise<Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    found.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(look))));
  }
  return found;
}

const SECRET = "its name is that of a file with secrets";

async function checkIndexed(
  repository: Repository,
  { path, oldId }: EntryChange,
  { limits, pointers }: { readonly limits: StageLimits; readonly pointers: Pointers },
): Promise<Found> {
  if (looksSecret(displayPath(path))) return refuse(path, SECRET);
  const file = systemPath(repository.workTree ?? "/", path);
  const pointer = pointers.get(oldId);
  if (pointer !== undefined && (await isContentOf(pointer, file))) {
    return { path, bytes: 0, refused: "" };
  }
  return await look(repository, path, limits);
}

async function lookAtNew(
  repository: Repository,
  path: BytePath,
  limits: StageLimits,
): Promise<Found> {
  // Git lists a folder for a repository that it found, and nothing of what is in it.
  if (path.endsWith("/")) return refuse(path, "it is a Git repository of its own");
  if (looksSecret(displayPath(path))) return refuse(path, SECRET);
  return await look(repository, path, limits);
}

async function look(
  repository: Repository,
  path: BytePath,
  { fileBytes, judgesLinks }: StageLimits,
): Promise<Found> {
  const file = systemPath(repository.workTree ?? "/", path);
  try {
    const entry = await lstat(file);
    if (entry.isSymbolicLink()) {
      const target = (await readlink(file, { encoding: "buffer" })).toString("latin1");
      if (judgesLinks && leadsOut(path, target)) return refuse(path, "the link leads out");
      return { path, bytes: 0 };
    }
    if (!entry.isFile()) return refuse(path, "it is not a regular file");
    if (entry.size > fileBytes) return refuse(path, `it is larger than ${mib(fileBytes)}`);
    if (!(await isReadable(file))) return refuse(path, "its mode does not let it be read");
    return { path, bytes: entry.size };
  } catch (error) {
    // As an editor's temporary file does. Git looks once more, and takes it for removed.
    if (isGone(error)) return { path, bytes: 0 };
    if (errnoOf(error) === "") throw error;
    return refuse(path, "it cannot be read");
  }
}

function isGone(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(errnoOf(error));
}

function refuse(path: BytePath, why: string): Found {
  return { path, bytes: 0, refused: why };
}

async function isReadable(file: Buffer): Promise<boolean> {
  return await access(file, constants.R_OK).then(
    () => true,
    (error: unknown) => {
      if (isGone(error)) throw error;
      return false;
    },
  );
}

function withinTotal(
  found: readonly Found[],
  totalBytes: number,
): { readonly accepted: readonly BytePath[]; readonly refused: readonly RefusedFile[] } {
  const accepted: BytePath[] = [];
  const refused: RefusedFile[] = [];
  let total = 0;
  for (const { path, bytes, refused: why } of found) {
    const tooMuch =
      total + bytes > totalBytes ? `with it there are over ${mib(totalBytes)}` : undefined;
    const reason = why ?? tooMuch;
    if (reason === undefined) {
      total += bytes;
      accepted.push(path);
    } else if (reason !== "") {
      refused.push({ path: displayPath(path), why: reason });
    }
  }
  return { accepted, refused };
}

/** Leaves out whole folders, the fullest first: one that a program filled is not to cost the others their files. */
function fewerThan(
  paths: readonly BytePath[],
  limit: number,
): { readonly paths: readonly BytePath[]; readonly refused: readonly RefusedFile[] } {
  const refused: RefusedFile[] = [];
  let rest = paths;
  while (rest.length > limit) {
    const folders = Map.groupBy(rest, topFolder);
    const [fullest] = [...folders].sort((a, b) => b[1].length - a[1].length);
    if (fullest === undefined) break;
    const [folder, inside] = fullest;
    refused.push({
      path: folder === "" ? "." : displayPath(folder),
      why: `it has ${inside.length} new files, and ${limit} may be new at once`,
    });
    rest = rest.filter((path) => topFolder(path) !== folder);
  }
  return { paths: rest, refused };
}

/** With the slash; empty for a file at the top. */
function topFolder(path: BytePath): BytePath {
  return path.slice(0, path.indexOf("/") + 1);
}

/** Such as a name that another system would take for `.git`. */
function namesThatGitRefused(stderr: string): readonly RefusedFile[] {
  return [...stderr.matchAll(/^Ignoring path (.*)$/gm)].map(([, path = ""]) => ({
    path,
    why: "Git does not allow its name",
  }));
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
