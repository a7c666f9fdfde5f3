/** Before anything else is changed: what a crash left behind. */
import type { Change } from "./ledger.ts";
import { revertChange } from "./revert-change.ts";
import { finishUnfinished, type Promoter } from "./transaction.ts";

/**
 * Finishes what was begun, and takes a promotion back that is not well. The caller holds the promoter's lock.
 *
 * @returns what was settled, in order; mostly nothing.
 */
export async function settleUnfinished(
  promoter: Promoter,
  nowMs: number,
): Promise<readonly Change[]> {
  const settled = [...(await finishUnfinished(promoter))];
  for (const change of [...settled]) {
    const isUnwell = change.kind === "promotion" && change.state === "done" && change.note !== null;
    if (isUnwell) settled.push(await revertChange(promoter, change, nowMs));
  }
  return settled;
}
