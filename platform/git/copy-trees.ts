/** Takes the objects of trees over into another repository, without any history. */
import { gitRaw, gitText } from "./raw.ts";
import type { Repository } from "./wrapper.ts";

/** Largest pack in bytes. */
const MAX_PACK_BYTES = 512 * 1024 * 1024;

/**
 * Borrowing them (`objects/info/alternates`) would be cheaper, but Git sets the time of a borrowed object anew whenever it
 * would have written the same one; and a pack that does not go to standard output is first written into the repository that
 * it is made from.
 *
 * @param trees ids of trees.
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function copyTrees(
  { from, to }: { readonly from: Repository; readonly to: Repository },
  trees: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  // No look for better deltas: the copy is gone soon.
  const options = ["--quiet", "--revs", "--window=0", "--stdout"];
  const { stdout } = await gitRaw(from, ["pack-objects", ...options], {
    stdin: trees.map((tree) => `${tree}\n`).join(""),
    maxBytes: MAX_PACK_BYTES,
    signal,
  });
  await gitText(to, ["index-pack", "--stdin"], { stdin: stdout, signal });
}
