/**
 * The copy's files, found without following a link: programs in the sandbox change the same folder, so each folder is opened
 * from the open one above it (`/proc/self/fd/N/name`), as `platform/workspace.ts` does.
 */
import type { Dirent } from "node:fs";
import { closeSync, constants, openSync, readdirSync } from "node:fs";

/** Folders of what programs fetched or keep, and of Git's and our own state. */
const SKIPPED: ReadonlySet<string> = new Set([
  ...[".git", ".org", "node_modules", "bower_components", ".venv", "venv", "__pycache__"],
  ...[".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".gradle", ".next", ".turbo"],
]);
/** No project nests deeper; a planted tree may, and each level is an open file. */
const DEEPEST = 40;

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** A regular file of the copy, as the folder lists it. */
export interface WalkedFile {
  /** Relative to the copy. */
  readonly path: string;
  /** Opens it without following a link or waiting for a FIFO; `undefined` when that fails. The caller closes it. */
  readonly open: () => number | undefined;
}

/**
 * The regular files below a folder of the copy, each folder in the order of the names and its files first. A file is to be
 * opened before the next one is asked for.
 *
 * @param below path of a folder relative to the copy; empty for all of it. No files where there is no such folder.
 */
export function* walkCopy(copy: string, below: string): Generator<WalkedFile, void> {
  const folder = openFolder(copy, below);
  if (folder !== undefined)
    yield* walk(folder, { prefix: below === "" ? "" : `${below}/`, depth: 0 });
}

/** What a folder of the copy holds, in the order of the names, without `.git`; `undefined` where there is no such folder. */
export function entriesOf(copy: string, path: string): readonly Dirent[] | undefined {
  const folder = openFolder(copy, path);
  if (folder === undefined) return undefined;
  try {
    return listed(folder).filter(({ name }) => name !== ".git" && name !== ".org");
  } finally {
    closeSync(folder);
  }
}

interface Below {
  readonly prefix: string;
  readonly depth: number;
}

function* walk(folder: number, { prefix, depth }: Below): Generator<WalkedFile, void> {
  try {
    const entries = listed(folder);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const from = inFolder(folder, entry.name);
      const open = () => tryOpen(from, O_NONBLOCK);
      yield { path: prefix + entry.name, open };
    }
    if (depth >= DEEPEST) return;
    for (const { name } of entries.filter((one) => one.isDirectory() && !SKIPPED.has(one.name))) {
      const next = tryOpen(inFolder(folder, name), O_DIRECTORY);
      if (next === undefined) continue;
      yield* walk(next, { prefix: `${prefix}${name}/`, depth: depth + 1 });
    }
  } finally {
    closeSync(folder);
  }
}

function openFolder(copy: string, path: string): number | undefined {
  // The copy lies in a folder of ours: only below it there may be links.
  let folder = tryOpen(copy, O_DIRECTORY);
  for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
    if (folder === undefined || name === ".." || SKIPPED.has(name)) {
      if (folder !== undefined) closeSync(folder);
      return undefined;
    }
    const parent = folder;
    folder = tryOpen(inFolder(parent, name), O_DIRECTORY);
    closeSync(parent);
  }
  return folder;
}

function listed(folder: number): readonly Dirent[] {
  try {
    const entries = readdirSync(`/proc/self/fd/${folder}`, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch {
    // Not ours to read: it lists nothing.
    return [];
  }
}

function inFolder(folder: number, name: string): string {
  return `/proc/self/fd/${folder}/${name}`;
}

/** Gone meanwhile, a link, or not ours to read: `undefined`. */
function tryOpen(path: string, flags: number): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | flags);
  } catch {
    return undefined;
  }
}
