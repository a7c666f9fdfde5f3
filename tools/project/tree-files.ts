/** The files of a tree, known anew for the price of what changed. */
import { looseListing } from "#platform/git/loose-trees.ts";
import { isObjectId } from "#platform/git/names.ts";
import { gitFields } from "#platform/git/raw.ts";
import { treeChanges } from "#platform/git/tree-changes.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { TreeFiles } from "./packed-files.ts";
import { Packing } from "./packing.ts";

/** Where a tree is read. */
export interface TreePlace {
  readonly repository: Repository;
  /** Full id of a tree or of a commit. */
  readonly tree: string;
  /** Files that no model sees. @default none */
  readonly isHidden?: ((path: string) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Listings of more bytes are of no repository that people work on: two million files. */
const MAX_LISTING_BYTES = 256 * 1024 * 1024;

interface Known extends Pick<TreePlace, "tree" | "isHidden"> {
  readonly files: TreeFiles;
}

/** The newest listing of each repository that is open. */
const newest = new WeakMap<Repository, Known>();

/**
 * The regular files of a tree: without links, submodules, hidden ones and names that are not valid UTF-8. A second call
 * for the same repository asks Git only what changed since.
 *
 * @throws {OrgError} `PROCESS_FAILED` when there is no such tree.
 */
export async function treeFiles(place: TreePlace): Promise<TreeFiles> {
  const { repository, tree, isHidden } = place;
  if (!isObjectId(tree)) throw new Error(`Not the id of a tree: ${JSON.stringify(tree)}`);
  const last = newest.get(repository);
  const known = last?.isHidden === isHidden ? last : undefined;
  if (known?.tree === tree) return known.files;
  const changed = known && (await changedFiles(place, known).catch(() => undefined));
  const files = changed ?? (await allFiles(place));
  newest.set(repository, { tree, isHidden, files });
  return files;
}

async function allFiles({ repository, tree, isHidden, signal }: TreePlace): Promise<TreeFiles> {
  const packing = new Packing(isHidden);
  const known = looseListing(repository, tree);
  for (let start = 0, end = 0; known !== undefined && start < known.length; start = end + 1) {
    end = known.indexOf(0, start);
    packing.add(known, start, end);
  }
  if (known !== undefined) return packing.files();
  const args = ["ls-tree", "-r", "-z", "--full-tree", tree];
  await gitFields(repository, args, {
    maxBytes: MAX_LISTING_BYTES,
    signal,
    onField: (bytes, start, end) => packing.add(bytes, start, end),
  });
  return packing.files();
}

/** How the mode of a regular file begins. */
const REGULAR = "100";

async function changedFiles(
  { repository, tree, isHidden, signal }: TreePlace,
  known: Known,
): Promise<TreeFiles> {
  // A file that became a submodule is gone.
  const changes = await treeChanges(repository, [known.tree, tree], { signal });
  const changed = new Map<string, string | undefined>();
  for (const { path: bytes, newMode, newId } of changes) {
    const path = Buffer.from(bytes, "latin1").toString();
    changed.set(path, newMode.startsWith(REGULAR) && isHidden?.(path) !== true ? newId : undefined);
  }
  return known.files.changed(changed);
}
