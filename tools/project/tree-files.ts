/** The files of a tree, known anew for the price of what changed. */
import { isObjectId } from "#platform/git/names.ts";
import { gitFields, gitRaw } from "#platform/git/raw.ts";
import { type Repository, withoutIndex } from "#platform/git/wrapper.ts";
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
  const args = ["ls-tree", "-r", "-z", "--full-tree", tree];
  const packing = new Packing(isHidden);
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
  // A file that became a submodule is gone, although our Git looks into none.
  const options = ["-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none"];
  const args = ["diff-tree", ...options, known.tree, tree];
  const { stdout } = await gitRaw(withoutIndex(repository), args, {
    maxBytes: MAX_LISTING_BYTES,
    signal,
  });
  const parts = new TextDecoder("utf-8", { ignoreBOM: true }).decode(stdout).split("\0");
  const changed = new Map<string, string | undefined>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    // ":100644 100644 ID ID M", then the path.
    const [, mode = "", , id = ""] = (parts[at] ?? "").split(" ");
    const path = parts[at + 1] ?? "";
    changed.set(path, mode.startsWith(REGULAR) && isHidden?.(path) !== true ? id : undefined);
  }
  return known.files.changed(changed);
}
