/** Merges of three trees without a work tree. */
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { mergedTree } from "./tree-diff.ts";

/** Commits or trees. */
export interface Sides {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/**
 * What `git merge-tree` makes of three trees, whatever history they have.
 *
 * With a change as the base and what was before it as the other side it takes just this change out.
 *
 * @param repository with an identity: the sides become commits that no ref names.
 * @returns the id of the tree, or what is in conflict, a clause each.
 */
export async function mergeTrees(
  repository: Repository,
  { base, ours, theirs }: Sides,
): Promise<string | readonly string[]> {
  const commit = async (side: string, parents: readonly string[]): Promise<string> => {
    const tree = await treeOfCommit(repository, side);
    const args = ["commit-tree", ...parents.flatMap((parent) => ["-p", parent]), tree];
    return await gitText(repository, args, { stdin: "side of a merge\n" });
  };
  const root = await commit(base, []);
  const merged = await mergedTree(
    repository,
    await commit(ours, [root]),
    await commit(theirs, [root]),
  );
  return typeof merged === "string" ? merged : merged.details;
}
