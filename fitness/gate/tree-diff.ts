/** The difference between main's tree and the tree that main would become, as Git itself tells it. */

import { strictUtf8 } from "#core/text/strict-utf8.ts";
import type { EntryChange } from "#platform/git/entry-change.ts";
import { gitRaw } from "#platform/git/raw.ts";
import { treeChanges } from "#platform/git/tree-changes.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { Objection } from "../stages.ts";

export interface TreeChange extends Omit<EntryChange, "path"> {
  /** Undefined when the name is not valid UTF-8. */
  readonly path: string | undefined;
}

/** @returns the id of the tree of the merge, or that there is none. */
export async function mergedTree(
  gate: Repository,
  main: string,
  candidate: string,
): Promise<string | Objection> {
  const { exitCode, stdout } = await gitRaw(
    gate,
    ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", main, candidate],
    { exitCodes: [0, 1] },
  );
  const [tree = "", ...conflicts] = new TextDecoder().decode(stdout).split("\0");
  if (exitCode === 0) return tree.trim();
  const paths = conflicts.filter((path) => path !== "");
  const details = paths.map((path) => `conflict in ${JSON.stringify(path)}`);
  return { reason: `it does not merge with main: ${details[0] ?? "conflict"}`, details };
}

/** Every file that differs; a file that moved is one that is gone and one that is new. */
export async function readTreeDiff(
  gate: Repository,
  before: string,
  after: string,
): Promise<readonly TreeChange[]> {
  const changes = await treeChanges(gate, [before, after]);
  return changes.map((change) => ({
    ...change,
    path: strictUtf8(Buffer.from(change.path, "latin1")),
  }));
}
