/** Stage S1: from a history that was taken in to a change that may be judged further. */
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { type AdmittedChange, judgeDiff } from "./diff-policy.ts";
import type { History, Lineage } from "./intake.ts";
import { broughtBack } from "./old-content.ts";
import type { Objection } from "./stages.ts";
import { mergedTree, readTreeDiff, type TreeChange } from "./tree-diff.ts";

export interface Admission extends AdmittedChange {
  /** The tree that main would have. */
  readonly tree: string;
  readonly changes: readonly TreeChange[];
}

/** @returns the change, or why it goes no further. */
export async function admit(
  gate: Repository,
  { main, candidate }: Lineage,
  { history, intent }: { readonly history: History; readonly intent: readonly string[] },
): Promise<Admission | Objection> {
  const tree = await mergedTree(gate, main, candidate);
  if (typeof tree !== "string") return tree;
  const [changes, before, after] = await Promise.all([
    readTreeDiff(gate, `${main}^{tree}`, tree),
    listTree(gate, main),
    listTree(gate, tree),
  ]);
  const verdict = judgeDiff({ changes, before, after, touched: history.touched, intent });
  if ("reason" in verdict) return verdict;
  const old = await broughtBack(gate, main, changes);
  if (old[0] !== undefined) return { reason: old[0], details: old };
  return { ...verdict, tree, changes };
}

async function listTree(gate: Repository, tree: string): Promise<Uint8Array> {
  return (await gitRaw(gate, ["ls-tree", "-r", "-z", "--full-tree", tree])).stdout;
}
