/** All that a tree holds, in the one form in which every name is exact. */
import { looseListing } from "./loose-trees.ts";
import { type FieldOptions, gitFields, gitRaw } from "./raw.ts";
import type { Repository } from "./wrapper.ts";

/** Most bytes of a listing: a million files with long names. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface ListingOptions {
  /** A folder or a file, as in `tools/generated`, that is listed alone. @default the whole tree */
  readonly below?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What `git ls-tree -r -z --full-tree` prints: one line for each file, link and submodule.
 *
 * @param tree full id or validated name of a tree or of a commit.
 * @throws {OrgError} `PROCESS_FAILED` when Git cannot read it.
 */
export async function treeListing(
  repository: Repository,
  tree: string,
  { below, signal }: ListingOptions = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const loose = below === undefined ? looseListing(repository, tree) : undefined;
  if (loose !== undefined) return loose;
  const options = ["-r", "-z", "--full-tree", "--end-of-options"];
  const args = ["ls-tree", ...options, tree, ...(below === undefined ? [] : [below])];
  return (await gitRaw(repository, args, { maxBytes: MAX_BYTES, signal })).stdout;
}

/**
 * The same of a whole tree line by line, of which nothing is kept but what the caller keeps.
 *
 * @throws {OrgError} as {@link treeListing} does.
 */
export async function listedFields(
  repository: Repository,
  tree: string,
  options: FieldOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  const known = looseListing(repository, tree);
  if (known === undefined) {
    const args = ["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", tree];
    return await gitFields(repository, args, { maxBytes: MAX_BYTES, ...options });
  }
  for (let start = 0, end = 0; start < known.length; start = end + 1) {
    end = known.indexOf(0, start);
    options.onField(known, start, end);
  }
}
