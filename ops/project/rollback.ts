/** Takes a promotion out of the user's branch again: what `git revert -m 1` of its merge would commit. */
import { join } from "node:path";
import type { OrgError } from "#core/errors.ts";
import { readTreeDiff } from "#fitness/gate/tree-diff.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import type { ProjectChange } from "./change-ledger.ts";
import { commitMessage, committerOf, writeCommit } from "./commit-object.ts";
import { changeId, type Landing, landChange } from "./land-change.ts";
import { bringObjects, mergeTrees } from "./merge.ts";
import { movesOf } from "./move-file.ts";
import { objectsAside } from "./objects-aside.ts";
import { refuseObstacles } from "./obstacles.ts";
import type { LandOptions } from "./promotion.ts";
import { lockProject, openLanding, type ProjectFolders, settleLocked } from "./settle.ts";
import { tagOn } from "./signed-tag.ts";
import { type Head, headHas, readyHead, refusal, shortName } from "./user-checkout.ts";

export interface RollbackOptions extends LandOptions {
  /** The candidate, its merge (seven digits or more of it) or the tag on that. @default the newest promotion that is in the branch */
  readonly name?: string | undefined;
}

/** What a rollback did. */
export interface ProjectRollback {
  /** The candidate that was taken out; its branch stays. */
  readonly candidate: string;
  /** The merge that was taken out. */
  readonly undoes: string;
  /** The new commit. */
  readonly commit: string;
  /** Name of the signed tag on it; null where none was made. */
  readonly tag: string | null;
  /** How many files it changed. */
  readonly files: number;
  /** Short name of the user's branch. */
  readonly into: string;
  /** Files that the user edited in the same moment: they are as the user left them. */
  readonly left: readonly string[];
}

/**
 * @throws {OrgError} with nothing changed: `INPUT_MISSING` when no promotion is in the branch, `CANDIDATE_CONFLICT` when
 *   later commits touch the same lines, and as `promoteCandidate`.
 */
export async function rollbackPromotion(
  place: ProjectFolders,
  { name, nowMs = Date.now(), signal, wait, onStep, signing }: RollbackOptions = {},
): Promise<ProjectRollback> {
  const committer = await committerOf(place.root, signal);
  using _ = await lockProject(place, { signal, ...wait });
  const landing = { ...(await openLanding(place, committer)), onStep };
  await settleLocked(place, landing);
  const head = await readyHead(landing.checkout);
  const promotion = await promotionIn(landing, name);
  const { checkout } = landing;
  // Whatever refuses the rollback, nothing of it is left in the user's repository.
  await using aside = await objectsAside(checkout.repository, join(place.folder, "rollback"));
  const into = aside.repository;
  const to = await revertCommit(into, { head, promotion, committer, nowMs });
  const files = movesOf(await readTreeDiff(into, head.commit, to));
  await refuseObstacles(checkout, files);
  signal?.throwIfAborted();
  const { candidate, to: undoes } = promotion;
  const title = `Roll back ${candidate} on ${shortName(head)}`;
  const message = commitMessage({ title, trailers: { "Org-Undoes": undoes } });
  const tag = await tagOn(landing, { kind: "rollback", commit: to, message, nowMs, signing, into });
  const about = { kind: "rollback", candidate, newBranchAt: null, undoes, tag } as const;
  const move = { branch: head.branch, from: head.commit, to, files };
  const change = { id: changeId(), ...about, ...move, at: nowMs };
  const { left } = await landChange(landing, change, () =>
    bringObjects(into, checkout.repository, { commits: [[head.commit, to]], tag: tag?.id }),
  );
  const done = { candidate, undoes, commit: to, tag: tag?.name ?? null };
  return { ...done, files: files.length, into: shortName(head), left };
}

/** The newest one in the branch that no later rollback has taken out, or the one that was named. */
async function promotionIn(
  { checkout, ledger }: Landing,
  name: string | undefined,
): Promise<ProjectChange> {
  const { done } = await ledger.read();
  /** A rollback by the merge that it took out. */
  const rollbacks = new Map<string, ProjectChange>();
  // Newest first, so that a rollback is met before what it took out.
  for (const change of done) {
    if (!(await headHas(checkout, change.to))) continue;
    if (change.undoes !== null) {
      if (change.candidate !== name && isNamed(change, name)) throw isRollback(change);
      rollbacks.set(change.undoes, change);
      continue;
    }
    const rollback = rollbacks.get(change.to);
    const isMeant = name === undefined ? rollback === undefined : isNamed(change, name);
    if (isMeant) return refuseOut(change, rollback);
  }
  throw nothingLeft(name, { changes: done.length, newest: rollbacks.values().next().value });
}

function nothingLeft(
  name: string | undefined,
  { changes, newest }: { readonly changes: number; readonly newest: ProjectChange | undefined },
): OrgError {
  return refusal(
    name === undefined
      ? "There is nothing to roll back"
      : `No promotion ${JSON.stringify(name.slice(0, 80))} is in your branch`,
    {
      code: "INPUT_MISSING",
      why: `Of ${changes} promotions and rollbacks here, none that is left is in what is checked out.`,
      remedies: [
        ...(newest === undefined ? [] : [bringsBack(newest)]),
        "git log --first-parent --merges",
        "git revert -m 1 COMMIT takes out a merge by hand",
      ],
    },
  );
}

function isNamed({ candidate, to, tag }: ProjectChange, name: string | undefined): boolean {
  if (name === undefined) return false;
  const isMerge = /^[0-9a-f]{7,64}$/.test(name) && to.startsWith(name);
  return candidate === name || tag?.name === name || isMerge;
}

function isRollback(change: ProjectChange): OrgError {
  return refusal(`That is the rollback of ${change.candidate}`, {
    code: "INPUT_MISSING",
    why: "A rollback takes out a promotion, and not another rollback.",
    remedies: [bringsBack(change)],
  });
}

/** @param rollback the one that took it out. */
function refuseOut(promotion: ProjectChange, rollback: ProjectChange | undefined): ProjectChange {
  if (rollback === undefined) return promotion;
  throw refusal(`${rollback.candidate} was taken out of your branch already`, {
    code: "INPUT_MISSING",
    why: "A later rollback has done so.",
    remedies: ["git log --first-parent", bringsBack(rollback)],
  });
}

function bringsBack({ candidate, to }: ProjectChange): string {
  return `git revert ${to}   # brings ${candidate} back`;
}

interface Revert {
  readonly head: Head;
  readonly promotion: ProjectChange;
  readonly committer: Identity;
  readonly nowMs: number;
}

async function revertCommit(
  repository: Repository,
  { head, promotion, committer, nowMs }: Revert,
): Promise<string> {
  const { from, to, candidate } = promotion;
  // The merge as what both come from, and what was before it as the other side: that takes just it out.
  const tree =
    head.commit === to
      ? await gitText(repository, ["rev-parse", "--verify", `${from}^{tree}`])
      : await mergeTrees(repository, { base: to, ours: head.commit, theirs: from });
  if (typeof tree !== "string") {
    throw refusal(`${candidate} cannot be taken out by itself`, {
      code: "CANDIDATE_CONFLICT",
      why: `Later commits touch the same lines: ${tree.slice(0, 5).join(", ")}.`,
      remedies: [`git revert -m 1 ${to}   # and resolve the conflicts`],
    });
  }
  const message = commitMessage({
    title: `Revert "Merge branch '${candidate}' into ${shortName(promotion)}"`,
    body: `This reverts commit ${to}, reversing\nchanges made to ${from}.`,
    trailers: { "Org-Undoes": to },
  });
  const about = { author: committer, committer, message, nowMs };
  return await writeCommit(repository, { tree, parents: [head.commit], ...about });
}
