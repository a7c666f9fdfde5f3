/** The files of a tree, listed anew for the price of what changed. */
import { isObjectId } from "#platform/git/names.ts";
import { treeChanges } from "#platform/git/tree-changes.ts";
import { listedFields } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { TreeFiles } from "./packed-files.ts";
import { Packing } from "./packing.ts";

/** Where a tree is read. */
export interface TreeRequest {
  readonly repository: Repository;
  /** Full id of a tree or of a commit. */
  readonly tree: string;
  /** Files that no model sees. @default none */
  readonly isHidden?: ((path: string) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface CachedTree extends Pick<TreeRequest, "tree" | "isHidden"> {
  readonly files: TreeFiles;
}

/** The newest listing of each repository that is open. */
const newest = new WeakMap<Repository, CachedTree>();

/**
 * The regular files of a tree: without links, submodules, hidden ones and names that are not valid UTF-8. A second call
 * for the same repository asks Git only what changed since.
 *
 * @throws {OrgError} `PROCESS_FAILED` when there is no such tree.
 */
export async function treeFiles(request: TreeRequest): Promise<TreeFiles> {
  const { repository, tree, isHidden } = request;
  if (!isObjectId(tree)) throw new Error(`Not the id of a tree: ${JSON.stringify(tree)}`);
  const last = newest.get(repository);
  const cached = last?.isHidden === isHidden ? last : undefined;
  if (cached?.tree === tree) return cached.files;
  const changed = cached && (await changedFiles(request, cached).catch(() => undefined));
  const files = changed ?? (await allFiles(request));
  newest.set(repository, { tree, isHidden, files });
  return files;
}

async function allFiles({ repository, tree, isHidden, signal }: TreeRequest): Promise<TreeFiles> {
  const packing = new Packing(isHidden);
  await listedFields(repository, tree, {
    signal,
    onField: (bytes, start, end) => packing.add(bytes, start, end),
  });
  return packing.files();
}

/** How the mode of a regular file begins. */
const REGULAR = "100";

async function changedFiles(
  { repository, tree, isHidden, signal }: TreeRequest,
  cached: CachedTree,
): Promise<TreeFiles> {
  // A file that became a submodule is gone.
  const changes = await treeChanges(repository, [cached.tree, tree], { signal });
  const changed = new Map<string, string | undefined>();
  for (const { path: bytes, newMode, newId } of changes) {
    const path = Buffer.from(bytes, "latin1").toString();
    changed.set(path, newMode.startsWith(REGULAR) && isHidden?.(path) !== true ? newId : undefined);
  }
  return cached.files.changed(changed);
}
