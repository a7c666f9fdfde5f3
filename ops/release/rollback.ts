/** What `org rollback` does: the newest change, or any other by its name. */
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { type Change, wasReverted } from "./ledger.ts";
import { withMain } from "./lock-main.ts";
import { revertChange } from "./revert-change.ts";
import type { Promoter } from "./transaction.ts";

export interface RollbackRequest {
  /** Tag of the change, such as `promotion/…`. @default the newest change, which may be a rollback */
  readonly tag?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * @throws {OrgError} `LOCK_HELD` when another promotion runs for longer than it may wait, `INPUT_MISSING` when there is nothing to take
 *   back, `CANDIDATE_CONFLICT` when later changes touch the same lines; nothing was changed then.
 */
export async function rollback(
  promoter: Promoter,
  { tag, nowMs }: RollbackRequest,
): Promise<Change> {
  return await withMain(promoter, { nowMs, isUrgent: true }, async (reached) =>
    revertChange(reached, chosen(reached.ledger.done(), tag), nowMs),
  );
}

function chosen(done: readonly Change[], tag: string | undefined): Change {
  const change = tag === undefined ? done[0] : done.find((one) => one.tag === tag);
  if (change !== undefined && !wasReverted(change, done)) return change;
  if (change !== undefined) throw gone(change);
  const names = done.map((one) => one.tag);
  const near = tag === undefined ? [] : nearestNames(tag, names);
  throw new OrgError(
    tag === undefined ? "There is nothing to roll back" : `There is no change "${tag}"`,
    {
      code: "INPUT_MISSING",
      why:
        names.length === 0
          ? "The gate has not changed main in this home."
          : `The newest of ${names.length} changes is ${names[0]}.`,
      remedies: near.length > 0 ? near.map((name) => `org rollback ${name}`) : ["org scoreboard"],
      unchanged: "Nothing was changed.",
    },
  );
}

function gone(change: Change): OrgError {
  return new OrgError(`${change.tag} is already reverted`, {
    code: "INPUT_MISSING",
    why: "A later rollback has done so.",
    remedies: ["org scoreboard", "org rollback, with the tag of that rollback, brings it back"],
    unchanged: "Nothing was changed.",
  });
}
