/** Takes a candidate into main: the merge that `git merge --no-ff` would make, signed, with what the gate knows. */
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import type { Judgement } from "#fitness/gate/judge.ts";
import { mergedTree } from "#fitness/gate/tree-diff.ts";
import type { ToolMetadata } from "#tools/contract/metadata.ts";
import { refuseChangedFiles } from "./checkout.ts";
import type { Change } from "./ledger.ts";
import { withMain } from "./lock-main.ts";
import { revertChange } from "./revert-change.ts";
import { commitTree, signTag, tagName } from "./signed-objects.ts";
import { mainOf, type Promoter, runChange, staleCandidate } from "./transaction.ts";
import { treeWithFiles, writeBlob } from "./tree-with-files.ts";

export interface Promotion {
  /** The commit that was judged. */
  readonly candidate: string;
  readonly judgement: Pick<Judgement, "tree">;
  /** First line of the merge's message. */
  readonly title: string;
  /** The signed record of the verdict; becomes the message of the tag. */
  readonly record: string;
  /** What the gate writes beside each tool, by the tool's name. */
  readonly metadata: ReadonlyMap<string, ToolMetadata>;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export interface Promoted {
  readonly change: Change;
  /** The change that took it back at once, because what serves was not well. */
  readonly reverted?: Change | undefined;
}

/**
 * @throws {OrgError} `LOCK_HELD` when another promotion runs for longer than it may wait, `CANDIDATE_STALE` when the tree is not the one
 *   that was judged, `PATH_REFUSED` when a human's changes are in the way, `FILE_FAILED` when the disk is;
 *   main has not moved then.
 */
export async function promote(promoter: Promoter, promotion: Promotion): Promise<Promoted> {
  return await withMain(promoter, promotion, async (reached) => merge(reached, promotion));
}

async function merge(promoter: Promoter, promotion: Promotion): Promise<Promoted> {
  const { gate, home } = promoter;
  const from = await mainOf(home);
  await fetchCommits(gate, home, [from]);
  const { candidate, judgement } = promotion;
  const tree = await mergedTree(gate, from, candidate);
  if (typeof tree !== "string" || tree !== judgement.tree) throw staleCandidate();
  const parents = [from, candidate];
  const whole = await treeWithFiles(gate, tree, await metadataFiles(promoter, promotion.metadata));
  const message = `${promotion.title}\n\nOrg-Candidate: ${candidate}\n`;
  const to = await commitTree(gate, { tree: whole, parents, message });
  await fetchCommits(home, gate, [to]);
  await refuseChangedFiles(home, { from, to });
  const tag = tagName("promotion", to, promotion.nowMs);
  const tagId = await signTag(gate, { name: tag, commit: to, message: promotion.record });
  const about = { kind: "promotion", candidate, undoes: null, at: promotion.nowMs } as const;
  const change = await runChange(promoter, { ...about, from, to, tag, tagId });
  if (change.note === null) return { change };
  return { change, reverted: await revertChange(promoter, change, promotion.nowMs) };
}

async function metadataFiles(
  { gate }: Promoter,
  metadata: Promotion["metadata"],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [name, about] of metadata) {
    const blob = await writeBlob(gate, `${JSON.stringify(about, null, 2)}\n`);
    files.set(`tools/generated/${name}/metadata.json`, blob);
  }
  return files;
}
