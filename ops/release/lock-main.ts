/** How a process comes to be the only one that moves main: of this home, and of all nodes. */
import { OrgError } from "#core/errors.ts";
import { followMain } from "./follow-main.ts";
import type { Change } from "./ledger.ts";
import { waitForPromoter } from "./promoter-lock.ts";
import { settleUnfinished } from "./settle.ts";
import type { Promoter } from "./transaction.ts";

interface Locking {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Goes on without the other nodes where they cannot be reached: a rollback must not wait for a network. */
  readonly isUrgent?: boolean;
}

const AWAY: readonly string[] = ["REMOTE_UNREACHABLE", "DATABASE_UNREACHABLE"];

/**
 * Waits for both locks, settles what a crash left, takes over what other nodes did, and then does the work.
 *
 * @param work given what to change main with, and the changes that were taken over.
 * @throws {OrgError} `LOCK_HELD` when it took too long; as `followMain`.
 */
export async function withMain<Result>(
  promoter: Promoter,
  { nowMs, isUrgent = false }: Locking,
  work: (promoter: Promoter, followed: readonly Change[]) => Promise<Result>,
): Promise<Result> {
  using _ = await waitForPromoter(promoter.paths.lock, promoter.wait);
  await using parts = new AsyncDisposableStack();
  const { remote } = promoter;
  let reached: Promoter = promoter;
  let followed: readonly Change[] = [];
  try {
    if (remote !== undefined) parts.use(await remote.lock(promoter.wait));
    await settleUnfinished(promoter, nowMs);
    if (remote !== undefined) followed = await followMain(promoter, remote, nowMs);
  } catch (error) {
    if (!(isUrgent && error instanceof OrgError && AWAY.includes(error.code))) throw error;
    remote?.onPending(error.why ?? error.message);
    reached = { ...promoter, remote: undefined };
    await settleUnfinished(reached, nowMs);
  }
  return await work(reached, followed);
}
