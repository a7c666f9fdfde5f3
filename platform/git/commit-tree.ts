/** The tree of a commit. */
import { LooseObjects } from "./loose-objects.ts";
import { gitText } from "./raw.ts";
import type { Repository } from "./wrapper.ts";

/** By commit, whose tree is the same for good; the oldest go first. */
const known = new Map<string, string>();
const MOST_KNOWN = 64;

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
  const answer = new LooseObjects(repository).tree(commit) ?? known.get(commit);
  if (answer !== undefined) return answer;
  const args = ["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`];
  const tree = await gitText(repository, args, { signal });
  known.set(commit, tree);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KNOWN) break;
    known.delete(oldest);
  }
  return tree;
}
