/** Commits and tags of the gate, signed with its key. */
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";

export interface CommitParts {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** @returns the id of the commit; no ref names it yet. */
export async function commitTree(
  gate: Repository,
  { tree, parents, message }: CommitParts,
): Promise<string> {
  const options = parents.flatMap((parent) => ["-p", parent]);
  return await gitText(gate, ["commit-tree", "-S", ...options, tree], { stdin: message });
}

export interface TagParts {
  /** Without `refs/tags/`. */
  readonly name: string;
  readonly commit: string;
  readonly message: string;
}

/** @returns the id of the tag object; in the gate's repository the tag has its name. */
export async function signTag(
  gate: Repository,
  { name, commit, message }: TagParts,
): Promise<string> {
  // Forced: an attempt that was cut off may have left one, which was not seen.
  await gitText(
    gate,
    ["tag", "--force", "--sign", "--file=-", "--cleanup=verbatim", name, commit],
    {
      stdin: message,
    },
  );
  return await gitText(gate, ["rev-parse", "--verify", `refs/tags/${name}`]);
}

/** Sorts by time, and is never used twice. */
export function tagName(kind: string, commit: string, nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${kind}/${time}-${commit.slice(0, 8)}`;
}
