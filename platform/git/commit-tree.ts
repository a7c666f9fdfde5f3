/** The tree of a commit. */
import { LooseObjects } from "./loose-objects.ts";
import { gitText } from "./raw.ts";
import type { Repository } from "./wrapper.ts";

/** By commit, whose tree is the same for good; the oldest go first. */
const cache = new Map<string, string>();
const MAX_CACHED = 64;

/**
 * @param commit full id of a commit or a tree.
 * @returns the id of its tree.
 * @throws {OrgError} `PROCESS_FAILED` when there is no such commit.
 */
export async function treeOfCommit(
  repository: Repository,
  commit: string,
  signal?: AbortSignal,
): Promise<string> {
  const answer = new LooseObjects(repository).tree(commit) ?? cache.get(commit);
  if (answer !== undefined) return answer;
  const args = ["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`];
  const tree = await gitText(repository, args, { signal });
  cache.set(commit, tree);
  for (const oldest of cache.keys()) {
    if (cache.size <= MAX_CACHED) break;
    cache.delete(oldest);
  }
  return tree;
}
