/**
 * Moves the user's branch, index and files from one commit to another, or not at all.
 *
 * The branch moves first and the files follow. Before the branch has moved, a file of the user is never touched, so going
 * back is removing names of ours; from then on everything that is still to do is known from the objects, and every step
 * can be repeated. So one question decides what the process does that comes next after a crash: is the branch where
 * it was? The other order would have to bring back files, and could not tell a user's edit from half of its own work.
 * The index lock is held from before the last look until the end: as long as index and branch differ, Git itself
 * refuses to commit.
 */
import { randomBytes } from "node:crypto";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { ABSENT } from "#platform/git/entry-modes.ts";
import { commonFolder } from "#platform/git/loose-objects.ts";
import { gitText } from "#platform/git/raw.ts";
import type { OpenChange, ProjectLedger } from "./change-ledger.ts";
import {
  type IndexLock,
  installIndex,
  prepareIndex,
  releaseIndexLock,
  takeIndexLock,
} from "./index-lock.ts";
import { type FileMove, makeNew, removeTemporary, stampOf, stateOf } from "./move-file.ts";
import { refuseObstacles } from "./obstacles.ts";
import { branchOf, headHas, refusal, tipOf, type UserCheckout } from "./user-checkout.ts";
import { createRef, refAt, removeRef } from "./user-refs.ts";

/** The steps in order; `file` comes once for each file. */
export type LandStep =
  | "intent"
  | "lock"
  | "look"
  | "objects"
  | "index"
  | "mark"
  | "branch"
  | "file"
  | "install"
  | "unlock"
  | "close";

export interface Landing {
  readonly checkout: UserCheckout;
  readonly ledger: ProjectLedger;
  /** Told of every step before it begins. */
  readonly onStep?: ((step: LandStep) => void) | undefined;
}

/** What became of a change. */
export interface Landed {
  readonly change: OpenChange;
  readonly result: "finished" | "abandoned";
  /** Files that the user has edited meanwhile: they are as the user left them. */
  readonly left: readonly string[];
}

/** @returns an id that no other change has. */
export function changeId(): string {
  return randomBytes(8).toString("hex");
}

/**
 * @param bring brings the objects of the change into the user's repository: once nothing is left that would refuse it.
 * @throws {OrgError} as {@link refuseObstacles}; `LOCK_HELD`, `CANDIDATE_STALE` when the branch moved meanwhile;
 *   nothing is changed then. `FILE_FAILED` when files cannot be written behind the branch: settling finishes it.
 */
export async function landChange(
  landing: Landing,
  change: OpenChange,
  bring: () => Promise<void>,
): Promise<Landed> {
  const { checkout, ledger, onStep } = landing;
  onStep?.("intent");
  await ledger.open(change);
  try {
    onStep?.("lock");
    await takeIndexLock(lockOf(landing, change));
    onStep?.("look");
    await refuseObstacles(checkout, change.files);
    if ((await branchOf(checkout)) !== change.branch) throw moved();
    onStep?.("objects");
    await bring();
    onStep?.("index");
    await prepareIndex(lockOf(landing, change), change.files);
    onStep?.("mark");
    await gitText(checkout.repository, ["update-ref", markOf(change), change.to, ""]);
    onStep?.("branch");
    await moveBranch(landing, change);
  } catch (error) {
    const landed = await settleFailed(landing, change);
    if (landed.result === "abandoned") throw error;
    return landed;
  }
  return await goForward(landing, change);
}

/** The user goes on working in any case: of a change that cannot be settled now, no lock of ours is left at their index. */
async function settleFailed(landing: Landing, change: OpenChange): Promise<Landed> {
  try {
    return await settleChange(landing, change);
  } catch (error) {
    if (!(await hasLanded(landing.checkout, change))) {
      await releaseIndexLock(lockOf(landing, change));
    }
    throw error;
  }
}

/**
 * Finishes a change when the branch has moved, and abandons it when not; can be repeated.
 *
 * @throws {OrgError} `FILE_FAILED`, `LOCK_HELD`: the change stays open, and settling it once more goes on.
 */
export async function settleChange(landing: Landing, change: OpenChange): Promise<Landed> {
  const { checkout } = landing;
  if (await hasLanded(checkout, change)) return await goForward(landing, change);
  // A Git that outlived our process may be about to move the branch: it verifies the mark, and fails without it.
  await removeMark(checkout, change);
  if (await hasLanded(checkout, change)) return await goForward(landing, change);
  for (const [ref, id] of newRefsOf(change)) await removeRef(checkout, ref, id);
  await releaseIndexLock(lockOf(landing, change));
  await landing.ledger.close("abandoned");
  return { change, result: "abandoned", left: [] };
}

async function goForward(landing: Landing, change: OpenChange): Promise<Landed> {
  const { checkout, ledger, onStep } = landing;
  const left: string[] = [];
  try {
    for (const [ref, id] of newRefsOf(change)) await createRef(checkout, ref, id);
    // A user who has gone on by hand since has also decided what becomes of the files.
    if ((await tipOf(checkout)) === change.to && (await branchOf(checkout)) === change.branch) {
      left.push(...(await moveFiles(landing, change)));
    }
    onStep?.("unlock");
    await removeMark(checkout, change);
    await releaseIndexLock(lockOf(landing, change));
  } catch (error) {
    throw halfWay(change, error);
  }
  onStep?.("close");
  await ledger.close("done");
  return { change, result: "finished", left };
}

/** @returns the paths where there was neither the old nor the new version. */
async function moveFiles(landing: Landing, change: OpenChange): Promise<readonly string[]> {
  const { checkout, onStep } = landing;
  const lock = lockOf(landing, change);
  const temporary = `.org-${change.id}.tmp`;
  const left: string[] = [];
  await takeIndexLock(lock);
  await prepareIndex(lock, change.files);
  const look = async (move: FileMove): Promise<Look> => {
    await removeTemporary(checkout, move.path, temporary);
    const stamp = stampOf(checkout, move.path);
    return { stamp, state: await stateOf(checkout, move) };
  };
  // Before the first one: by attributes that are part of the change, other bytes would be what a file had.
  const before = new Map<FileMove, Look>();
  for (const move of change.files) {
    if (move.oldMode !== ABSENT) before.set(move, await look(move));
  }
  // What goes makes room for what comes, and attributes say what that looks like.
  for (const move of change.files.toSorted((a, b) => orderOf(a) - orderOf(b))) {
    onStep?.("file");
    const { stamp, state } = before.get(move) ?? (await look(move));
    const isMade = state === "old" && (await makeNew(checkout, move, { temporary, stamp }));
    if (!isMade && state !== "new") left.push(move.path);
  }
  onStep?.("install");
  await installIndex(lock);
  return left;
}

interface Look {
  /** From before it was compared. */
  readonly stamp: string;
  readonly state: Awaited<ReturnType<typeof stateOf>>;
}

function orderOf({ path, newMode }: FileMove): number {
  if (newMode === ABSENT) return 0;
  return /(?:^|\/)\.gitattributes$/.test(path) ? 1 : 2;
}

/** Both branches, the tag and the mark in one transaction of Git's; the user's only from where it was. */
async function moveBranch({ checkout }: Landing, change: OpenChange): Promise<void> {
  const { branch, candidate, kind, from, to } = change;
  const fields = [
    "start",
    ...newRefsOf(change).flatMap(([ref, id]) => [`create ${ref}`, id]),
    `update ${branch}`,
    to,
    from,
    `delete ${markOf(change)}`,
    to,
    "prepare",
    "commit",
    "",
  ];
  const why = kind === "promotion" ? `org: promote ${candidate}` : `org: roll back ${candidate}`;
  const args = ["update-ref", "-m", why, "--stdin", "-z"];
  try {
    await gitText(checkout.repository, args, { stdin: fields.join("\0") });
  } catch (error) {
    if ((await tipOf(checkout)) === from) throw error;
    throw moved(error);
  }
}

/** The refs that a change makes beside the user's branch. */
function newRefsOf({
  candidate,
  newBranchAt,
  tag,
}: OpenChange): readonly (readonly [ref: string, id: string])[] {
  return [
    ...(newBranchAt === null ? [] : [[`refs/heads/${candidate}`, newBranchAt] as const]),
    ...(tag === null ? [] : [[`refs/tags/${tag.name}`, tag.id] as const]),
  ];
}

async function hasLanded(checkout: UserCheckout, { branch, to }: OpenChange): Promise<boolean> {
  if ((await branchOf(checkout)) === branch) return await headHas(checkout, to);
  const tip = await refAt(checkout, branch);
  return tip === to;
}

/** With the folders that Git leaves empty behind it. */
async function removeMark(checkout: UserCheckout, change: OpenChange): Promise<void> {
  await removeRef(checkout, markOf(change), change.to);
  const refs = join(commonFolder(checkout.repository.gitDir), "refs/org");
  for (const folder of [join(refs, "pending"), refs]) await rmdir(folder).catch(() => undefined);
}

/** Keeps the new commit from being collected, and the branch from being moved by a process that is gone. */
function markOf({ id }: OpenChange): string {
  return `refs/org/pending/${id}`;
}

function lockOf({ checkout }: Landing, { id }: OpenChange): IndexLock {
  return { repository: checkout.repository, id };
}

function moved(cause?: unknown): OrgError {
  const error = refusal("Your branch moved meanwhile", {
    code: "CANDIDATE_STALE",
    why: "Another command committed, or checked out another branch.",
    remedies: ["run the same command again"],
  });
  error.cause = cause;
  return error;
}

function halfWay({ branch, to }: OpenChange, cause: unknown): OrgError {
  const { why, remedies, code } = cause instanceof OrgError ? cause : {};
  return new OrgError("The branch has moved, but not all files have followed", {
    code: code ?? "FILE_FAILED",
    why: why ?? reasonOf(cause),
    remedies: [...(remedies ?? []), "then open org in the project again: it finishes what is left"],
    unchanged: `${branch} is ${to}; files that were not reached are as they were.`,
    cause,
  });
}
