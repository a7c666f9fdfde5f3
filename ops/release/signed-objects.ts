/** Commits and tags of the gate, signed with its key. */
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { timeName } from "./time-names.ts";

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
  return `${kind}/${timeName(nowMs)}-${commit.slice(0, 8)}`;
}

/**
 * Whether `git verify-commit` and `git verify-tag` accept the gate's signatures, and the tag of the home names the commit.
 *
 * @param gate the repository that knows whose signatures count.
 */
export async function isChangeSigned(
  { home, gate }: { readonly home: Repository; readonly gate: Repository },
  { tag, to }: { readonly tag: string; readonly to: string },
): Promise<boolean> {
  const object = await idOf(home, `refs/tags/${tag}`);
  const named = await idOf(home, `refs/tags/${tag}^{commit}`);
  if (named !== to || object === undefined) return false;
  const options = { exitCodes: [0, 1] };
  const checked = await Promise.all([
    gitRaw(gate, ["verify-commit", to], options),
    gitRaw(gate, ["verify-tag", object], options),
  ]);
  return checked.every(({ exitCode }) => exitCode === 0);
}

async function idOf(repository: Repository, revision: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", revision];
  const { exitCode, stdout } = await gitRaw(repository, args, { exitCodes: [0, 1, 128] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trim() : undefined;
}
