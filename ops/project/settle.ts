/** What a crash left of a promotion or a rollback in the user's repository; and who may begin the next one. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import type { Identity } from "#platform/git/wrapper.ts";
import { lockPromoter, type PromoterWait, waitForPromoter } from "../release/promoter-lock.ts";
import { ProjectLedger } from "./change-ledger.ts";
import { type Landed, type Landing, settleChange } from "./land-change.ts";
import { openUserCheckout, pathList } from "./user-checkout.ts";

/** Where a project is, and where what the home keeps of it. */
export interface ProjectFolders {
  /** The real path of the top of the user's work tree. */
  readonly root: string;
  /** Absolute path of the project's own folder in the home. */
  readonly folder: string;
}

/** What was done about a change that was cut off. */
export interface Settlement {
  readonly kind: "promotion" | "rollback";
  readonly candidate: string;
  /** `finished`: it is in the branch now; `abandoned`: all is as before it. */
  readonly result: Landed["result"];
  /** Files that the user edited in between: they are as the user left them. */
  readonly left: readonly string[];
  /** All of it in one sentence for a person. */
  readonly text: string;
}

/**
 * Finishes a change that a crash cut off, or takes away what it left. Costs the reading of one file where there is none.
 *
 * @returns undefined when there was none, or when another process works on it right now.
 * @throws {OrgError} when it cannot be finished now; the next call goes on.
 */
export async function settleProject(location: ProjectFolders): Promise<Settlement | undefined> {
  if ((await new ProjectLedger(location.folder).read()).open === null) return undefined;
  try {
    using _ = lockPromoter(lockPath(location));
    return await settleLocked(location, await openLanding(location));
  } catch (error) {
    if (isHeldByOther(error, location)) return undefined;
    throw error;
  }
}

/** As {@link settleProject}, for a caller that holds the lock of the project. */
export async function settleLocked(
  { folder }: ProjectFolders,
  landing: Landing,
): Promise<Settlement | undefined> {
  const { open } = await new ProjectLedger(folder).read();
  if (open === null) return undefined;
  return settlementOf(await settleChange(landing, open));
}

/** Waits until no other process changes this project's repository, and holds it. */
export async function lockProject(
  location: ProjectFolders,
  wait: PromoterWait | undefined,
): Promise<Disposable> {
  return await waitForPromoter(lockPath(location), wait);
}

/** @param identity in whose name the log of the branch is written. */
export async function openLanding(
  { root, folder }: ProjectFolders,
  identity?: Identity,
): Promise<Landing> {
  return { checkout: await openUserCheckout(root, identity), ledger: new ProjectLedger(folder) };
}

function lockPath({ folder }: ProjectFolders): string {
  return join(folder, "promotion.lock");
}

function isHeldByOther(error: unknown, location: ProjectFolders): boolean {
  const isLock = error instanceof OrgError && error.code === "LOCK_HELD";
  return isLock && error.why?.includes(lockPath(location)) === true;
}

function settlementOf({ change: { kind, candidate }, result, left }: Landed): Settlement {
  const end = result === "finished" ? "was finished" : "had changed nothing and was abandoned";
  const mine = left.length === 0 ? "" : `; you edited ${pathList(left)} since, left as it is`;
  const text = `The ${kind} of ${candidate} was cut off; it ${end}${mine}.`;
  return { kind, candidate, result, left, text };
}
