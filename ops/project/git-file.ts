/** Where Git keeps what belongs to a repository. */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { commonFolder } from "#platform/git/loose-objects.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** Files and folders of a repository that are asked for by name. */
type GitFile =
  | "objects"
  | "config"
  | "info/exclude"
  | "info/attributes"
  | (typeof OF_WORK_TREE)[number];

/** Those that each linked work tree has by itself; it shares the others with the repository that it is linked to. */
const OF_WORK_TREE = ["index", "config.worktree", "info/sparse-checkout"] as const;

/**
 * Absolute path of something that belongs to the repository, wherever a linked work tree has it; as `git rev-parse
 * --git-path` tells it, without a process.
 *
 * @see https://git-scm.com/docs/gitrepository-layout
 */
export async function pathOf({ gitDir }: Repository, name: GitFile): Promise<string> {
  const isOwn = OF_WORK_TREE.some((own) => own === name);
  const path = join(isOwn ? gitDir : commonFolder(gitDir), name);
  return await realpath(path).catch(() => path);
}
