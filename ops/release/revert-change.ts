/** How a change of main is reverted; needs no model, no network and no verdict. */
import { OrgError } from "#core/errors.ts";
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import { mergeTrees } from "#fitness/gate/merge-trees.ts";
import { gitText } from "#platform/git/raw.ts";
import { refuseChangedFiles } from "./checkout.ts";
import type { Change } from "./ledger.ts";
import { commitTree, signTag, tagName } from "./signed-objects.ts";
import { mainOf, type Promoter, runChange } from "./transaction.ts";

/**
 * Takes one change back: the newest by the tree before it, which has served already; an older one by the
 * inverse merge. The caller holds the promoter's lock.
 *
 * @throws {OrgError} `CANDIDATE_CONFLICT` when later changes touch the same lines.
 */
export async function revertChange(
  promoter: Promoter,
  change: Change,
  nowMs: number,
): Promise<Change> {
  const { gate, home } = promoter;
  const from = await mainOf(home);
  await fetchCommits(gate, home, [from]);
  const tree = await treeWithout(promoter, change, from);
  const message = `revert: ${change.tag}\n\nOrg-Undoes: ${change.to}\n`;
  const to = await commitTree(gate, { tree, parents: [from], message });
  await fetchCommits(home, gate, [to]);
  await refuseChangedFiles(home, { from, to });
  const tag = tagName("rollback", to, nowMs);
  const tagId = await signTag(gate, { name: tag, commit: to, message });
  const about = { kind: "rollback", candidate: null, undoes: change.id, at: nowMs } as const;
  return await runChange(promoter, { ...about, from, to, tag, tagId });
}

async function treeWithout({ gate }: Promoter, change: Change, main: string): Promise<string> {
  const before = `${change.from}^{tree}`;
  if (main === change.to) return await gitText(gate, ["rev-parse", "--verify", before]);
  const tree = await mergeTrees(gate, { base: change.to, ours: main, theirs: change.from });
  if (typeof tree === "string") return tree;
  throw new OrgError(`${change.tag} cannot be reverted by itself`, {
    code: "CANDIDATE_CONFLICT",
    why: `Later changes touch the same lines: ${tree.join(", ")}.`,
    remedies: ["take the later ones back first: org rollback", "or resolve it by hand: git revert"],
    unchanged: "Nothing was changed.",
  });
}
