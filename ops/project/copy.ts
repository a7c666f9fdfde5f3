/** The files that a room works with: what its repository has in the index, without what a model must not see. */

import { existsSync } from "node:fs";
import { lstat, rename, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { looksSecret } from "#core/text/secret-names.ts";
import { readBlobs } from "#platform/git/blobs.ts";
import type { EntryChange } from "#platform/git/entry-change.ts";
import { ABSENT, LINK, SUBMODULE } from "#platform/git/entry-modes.ts";
import { leadsOut } from "#platform/git/link-target.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { treeChanges } from "#platform/git/tree-changes.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import {
  type BytePath,
  displayPath,
  fieldsWhere,
  giveFields,
  listedWhere,
  systemPath,
  WHOLE_TREE,
} from "./byte-paths.ts";
import { PackedIds } from "./packed-ids.ts";
import { blobsWithSecrets, mayHoldSecret } from "./secret-content.ts";

/** A way from one tree to another. */
export interface Move {
  /** The tree, or a commit of it, that the copy has been at; absent: it is empty. */
  readonly from: string | undefined;
  /** The tree, or a commit of it, that the copy is to be at. */
  readonly to: string;
  /** Files of `to` that the user's own Git does not write out. */
  readonly absent: readonly BytePath[];
  /** What the room began with: what differs from it in `to` the room wrote, and may see whatever it holds. */
  readonly base: string;
}

/**
 * Makes the index and the files agree with a tree. Files that no tree of the move has stay. It may be called again after
 * it was cut off at any point, with the same move.
 *
 * @param repository with the copy as its work tree.
 */
export async function moveCopy(
  repository: Repository,
  { from, to, absent, base }: Move,
  signal?: AbortSignal,
): Promise<void> {
  await prepareIndex(repository, { to, absent });
  const indexed = await gitText(repository, ["write-tree"], WHOLE_TREE);
  const pending = await treeChanges(repository, [indexed, to]);
  const moved = from === undefined ? [] : await treeChanges(repository, [from, to]);
  // Also what the index has already, after a move that was cut off.
  const changed = [...pending, ...moved];
  const named = await hiddenAmong(repository, changed, new Set(absent));
  const entries = from === undefined ? await suspects(repository, pending, signal) : changed;
  const hidden = named.union(await holdingSecrets(repository, entries, { base, to, signal }));
  await updateIndex(repository, pending, hidden);
  for (const { path, newMode } of changed) {
    if (newMode === ABSENT || hidden.has(path)) await removeFile(repository.workTree ?? "/", path);
  }
  // Of a new copy nearly all files are missing: to name them would take as long as to look at them.
  if (from === undefined) await writeAll(repository, signal);
  else await writeFiles(repository, signal);
}

/** What is to be in a copy that has no index yet, without a file of it; {@link moveCopy} writes those. */
export async function prepareIndex(
  repository: Repository,
  { to, absent }: Pick<Move, "to" | "absent">,
): Promise<void> {
  if (!existsSync(indexOf(repository))) await makeIndex(repository, to, new Set(absent));
}

function indexOf({ gitDir }: Repository): string {
  return join(gitDir, "index");
}

/** The index of a new copy, whole or not at all: what is hidden is never taken for a file that has to be written. */
async function makeIndex(
  repository: Repository,
  tree: string,
  absent: ReadonlySet<BytePath>,
): Promise<void> {
  const fresh = { ...repository, index: `${indexOf(repository)}.new` };
  await rm(fresh.index, { force: true });
  const [fields] = await Promise.all([
    mayBeHidden(repository, tree, absent),
    gitRaw(fresh, ["read-tree", tree], WHOLE_TREE),
  ]);
  const entries = fields.map((field) => {
    // "100644 blob ID\tPATH"
    const tab = field.indexOf("\t");
    const [newMode = "", , newId = ""] = field.slice(0, tab).split(" ");
    return { path: field.slice(tab + 1), newMode, newId };
  });
  const hidden = await hiddenAmong(repository, entries, absent);
  await giveFields(fresh, ["update-index", "-z", "--skip-worktree", "--stdin"], [...hidden]);
  await rename(fresh.index, indexOf(repository));
}

/** Of 200,000 files a few may be hidden: the others do not become objects here. @returns lines of `git ls-tree` */
async function mayBeHidden(
  repository: Repository,
  tree: string,
  absent: ReadonlySet<BytePath>,
): Promise<readonly string[]> {
  return await listedWhere(repository, tree, (bytes, start, end) => {
    const isFile = REGULAR.every((byte, at) => bytes[start + at] === byte);
    if (!isFile) return true;
    const path = bytes.toString("latin1", bytes.indexOf(TAB, start) + 1, end);
    return absent.has(path) || looksSecret(/[^\0-\x7f]/.test(path) ? displayPath(path) : path);
  });
}

const TAB = 0x09;
const SPACE = 0x20;
const MODE_LENGTH = 6;
/** How the mode of a file begins. */
const REGULAR: Buffer = Buffer.from("100");

/** Writes the files that are not as the index has them; their names go from Git to Git as they are. */
async function writeFiles(repository: Repository, signal?: AbortSignal): Promise<void> {
  const { stdout } = await gitRaw(repository, ["diff-files", "-z", "--name-only"], WHOLE_TREE);
  if (stdout.length === 0) return;
  const names = ["checkout-index", "-f", "-u", "-q", "-z", "--stdin"];
  await gitRaw(repository, names, { ...WHOLE_TREE, stdin: stdout, signal });
}

/** Writes every file that is not as the index has it, but for hidden ones. */
async function writeAll(repository: Repository, signal?: AbortSignal): Promise<void> {
  await gitRaw(repository, ["checkout-index", "-a", "-f", "-u", "-q"], { ...WHOLE_TREE, signal });
}

/** What is in the trees, and not in the copy. */
async function hiddenAmong(
  repository: Repository,
  changes: readonly Pick<EntryChange, "path" | "newMode" | "newId">[],
  absent: ReadonlySet<BytePath>,
): Promise<ReadonlySet<BytePath>> {
  const links = changes.filter(({ newMode }) => newMode === LINK);
  const targets = await readBlobs(repository, [...new Set(links.map(({ newId }) => newId))]);
  const isHidden = ({ path, newMode, newId }: (typeof changes)[number]) => {
    if (newMode === SUBMODULE || absent.has(path) || looksSecret(displayPath(path))) return true;
    if (newMode !== LINK) return false;
    const target = Buffer.from(targets.get(newId) ?? []).toString("latin1");
    return leadsOut(path, target);
  };
  const present = changes.filter(({ newMode }) => newMode !== ABSENT);
  return new Set(present.filter(isHidden).map(({ path }) => path));
}

/** What {@link holdingSecrets} has to look at. */
type FileEntry = Pick<EntryChange, "path" | "newMode" | "newId">;

/**
 * The files of the user that hold a secret. The index remembers them, so that each is read once for a copy: when it is
 * written whole, and when it changes.
 */
async function holdingSecrets(
  repository: Repository,
  entries: readonly FileEntry[],
  { base, to, signal }: Pick<Move, "base" | "to"> & { readonly signal: AbortSignal | undefined },
): Promise<ReadonlySet<BytePath>> {
  const texts = entries.filter(
    ({ path, newMode }) => newMode.startsWith("100") && mayHoldSecret(displayPath(path)),
  );
  if (texts.length === 0) return new Set();
  const ids = texts.map(({ newId }) => newId);
  const secret = await blobsWithSecrets(repository, ids, signal);
  const found = texts.filter(({ newId }) => secret.has(newId));
  if (found.length === 0) return new Set();
  const own = new Set((await treeChanges(repository, [base, to])).map(({ path }) => path));
  return new Set(found.flatMap(({ path }) => (own.has(path) ? [] : [path])));
}

/**
 * The files of the index that hold a secret, by any author, and what the index does not have yet. Of those of a large
 * repository that {@link mayHoldSecret} names only the ids are kept while they are looked into.
 */
async function suspects(
  repository: Repository,
  pending: readonly FileEntry[],
  signal: AbortSignal | undefined,
): Promise<readonly FileEntry[]> {
  const texts = new PackedIds();
  await indexedTexts(repository, (id) => {
    texts.add(id);
    return false;
  });
  const secret = await blobsWithSecrets(repository, texts, signal);
  if (secret.size === 0) return pending;
  const fields = await indexedTexts(repository, (id) => secret.has(id));
  const held = fields.map((field) => {
    // "100644 ID 0\tPATH"
    const tab = field.indexOf("\t");
    const [newMode = "", newId = ""] = field.slice(0, tab).split(" ");
    return { path: field.slice(tab + 1), newMode, newId };
  });
  const late = new Set(pending.map(({ path }) => path));
  return [...held.filter(({ path }) => !late.has(path)), ...pending];
}

/** @param matches told the id of each such file. @returns lines of `git ls-files -s` */
async function indexedTexts(
  repository: Repository,
  matches: (id: string) => boolean,
): Promise<readonly string[]> {
  return await fieldsWhere(repository, ["ls-files", "-s", "-z"], (bytes, start, end) => {
    if (!REGULAR.every((byte, at) => bytes[start + at] === byte)) return false;
    if (!mayHoldSecret(bytes.toString("utf8", bytes.indexOf(TAB, start) + 1, end))) return false;
    const id = start + MODE_LENGTH + 1;
    return matches(bytes.toString("latin1", id, bytes.indexOf(SPACE, id)));
  });
}

/** @param hidden files that are in the index by then, and not to be in the copy. */
export async function updateIndex(
  repository: Repository,
  changes: readonly EntryChange[],
  hidden: ReadonlySet<BytePath>,
): Promise<void> {
  // A file that is gone makes room for a folder of its name.
  const sorted = changes.toSorted(
    (a, b) => Number(b.newMode === ABSENT) - Number(a.newMode === ABSENT),
  );
  const lines = sorted.map(({ newMode, newId, path }) =>
    newMode === ABSENT ? `0 ${newId}\t${path}` : `${newMode} ${newId}\t${path}`,
  );
  await giveFields(repository, ["update-index", "-z", "--index-info"], lines);
  await giveFields(repository, ["update-index", "-z", "--skip-worktree", "--stdin"], [...hidden]);
}

/** Removes a file, and the folders that it leaves empty; through a link that a program planted nothing is removed. */
async function removeFile(copy: string, path: BytePath): Promise<void> {
  const names = path.split("/");
  const parents = names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join("/"));
  for (const parent of parents) {
    const entry = await lstat(systemPath(copy, parent)).catch(() => undefined);
    if (entry?.isDirectory() !== true) return;
  }
  const file = systemPath(copy, path);
  const entry = await lstat(file).catch(() => undefined);
  // A folder of that name has what no tree of ours knows.
  if (entry !== undefined && !entry.isDirectory()) await unlink(file);
  for (const parent of parents.toReversed()) {
    const isEmpty = await rmdir(systemPath(copy, parent)).then(
      () => true,
      () => false,
    );
    if (!isEmpty) return;
  }
}
