/** The files of a tree, known anew for the price of what changed. */
import { isObjectId } from "#platform/git/names.ts";
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { priorOf } from "./file-prior.ts";

/** A regular file of a tree. */
export interface TreeFile {
  readonly path: string;
  /** Of its blob. */
  readonly id: string;
  /** How likely it matters, whatever the task; below 0: programs made it. */
  readonly prior: number;
}

/** In no particular order; each path once. */
export type TreeFiles = readonly TreeFile[];

/** Where a tree is read. */
export interface TreePlace {
  readonly repository: Repository;
  /** Full id of a tree or of a commit. */
  readonly tree: string;
  readonly signal?: AbortSignal | undefined;
}

/** Listings of more bytes are of no repository that people work on: two million files. */
const MAX_LISTING_BYTES = 256 * 1024 * 1024;

/** The newest listing of each repository that is open. */
const newest = new WeakMap<Repository, { readonly tree: string; readonly files: TreeFiles }>();

/**
 * The regular files of a tree: without links, submodules and names that are not valid UTF-8. A second call for
 * the same repository asks Git only what changed since.
 *
 * @throws {OrgError} `PROCESS_FAILED` when there is no such tree.
 */
export async function treeFiles(place: TreePlace): Promise<TreeFiles> {
  const { repository, tree } = place;
  if (!isObjectId(tree)) throw new Error(`Not the id of a tree: ${JSON.stringify(tree)}`);
  const known = newest.get(repository);
  if (known?.tree === tree) return known.files;
  const changed = known && (await changedFiles(place, known).catch(() => undefined));
  const files = changed ?? (await allFiles(place));
  newest.set(repository, { tree, files });
  return files;
}

/** A file that Git listed. The id of most is never read, and 200,000 of them would be texts of their own. */
class ListedFile implements TreeFile {
  readonly path: string;
  readonly prior: number;
  readonly #listing: string;
  readonly #end: number;

  /** @param end where the path ends in the listing. */
  constructor(listing: string, tab: number, end: number) {
    this.path = listing.slice(tab + 1, end);
    this.prior = priorOf(this.path);
    this.#listing = listing;
    this.#end = end;
  }

  get id(): string {
    const tab = this.#end - this.path.length - 1;
    return this.#listing.slice(this.#listing.lastIndexOf(" ", tab) + 1, tab);
  }
}

async function allFiles({ repository, tree, signal }: TreePlace): Promise<TreeFiles> {
  const args = ["ls-tree", "-r", "-z", "--full-tree", tree];
  const { stdout } = await gitRaw(repository, args, { maxBytes: MAX_LISTING_BYTES, signal });
  const files: TreeFile[] = [];
  // Decoded at once: a decoder for each name takes ten times as long.
  const listing = decode(stdout);
  for (let start = 0; start < listing.length; ) {
    const [tab, end] = [listing.indexOf("\t", start), listing.indexOf("\0", start)];
    if (tab < 0 || end < 0) break;
    // "100644 blob ID\tPATH"
    if (listing.startsWith(REGULAR, start)) {
      const file = new ListedFile(listing, tab, end);
      if (!file.path.includes(UNREADABLE)) files.push(file);
    }
    start = end + 1;
  }
  return files;
}

/** How the mode of a regular file begins. */
const REGULAR = "100";
/** In place of bytes that are not valid UTF-8. */
const UNREADABLE = "\uFFFD";

async function changedFiles(
  { repository, tree, signal }: TreePlace,
  known: { readonly tree: string; readonly files: TreeFiles },
): Promise<TreeFiles> {
  // A file that became a submodule is gone, although our Git looks into none.
  const options = ["-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none"];
  const args = ["diff-tree", ...options, known.tree, tree];
  const { stdout } = await gitRaw(repository, args, { maxBytes: MAX_LISTING_BYTES, signal });
  const parts = decode(stdout).split("\0");
  const changed = new Map<string, TreeFile | undefined>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    // ":100644 100644 ID ID M", then the path.
    const [, mode = "", , id = ""] = (parts[at] ?? "").split(" ");
    const path = parts[at + 1] ?? "";
    const isFile = mode.startsWith(REGULAR) && !path.includes(UNREADABLE);
    changed.set(path, isFile ? { path, id, prior: priorOf(path) } : undefined);
  }
  // A copy: another turn may still read the listing before.
  const files = known.files.filter(({ path }) => !changed.has(path));
  for (const file of changed.values()) if (file !== undefined) files.push(file);
  return files;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
