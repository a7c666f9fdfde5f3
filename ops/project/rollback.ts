/** Takes a promotion out of the user's branch again: what `git revert -m 1` of its merge would commit. */
import { join } from "node:path";
import type { OrgError } from "#core/errors.ts";
import { mergeTrees } from "#fitness/gate/merge-trees.ts";
import { readTreeDiff } from "#fitness/gate/tree-diff.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import type { ProjectChange } from "./change-ledger.ts";
import { commitMessage, committerOf, writeCommit } from "./commit-object.ts";
import { changeId, type Landing, landChange } from "./land-change.ts";
import { bringObjects } from "./merge.ts";
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
  location: ProjectFolders,
  { name, nowMs = Date.now(), signal, wait, onStep, signing }: RollbackOptions = {},
): Promise<ProjectRollback> {
  const committer = await committerOf(location.root, signal);
  using _ = await lockProject(location, { signal, ...wait });
  const landing = { ...(await openLanding(location, committer)), onStep };
  await settleLocked(location, landing);
  const head = await readyHead(landing.checkout);
  const promotion = await promotionIn(landing, name);
  const { checkout } = landing;
  // Whatever refuses the rollback, nothing of it is left in the user's repository.
  await using aside = await objectsAside(checkout.repository, join(location.folder, "rollback"));
  const into = aside.repository;
  const to = await revertCommit(into, { head, promotion, committer, nowMs });
  const files = movesOf(await readTreeDiff(into, head.commit, to));
  if (files.length === 0) throw isGone(promotion);
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

/** The newest one in the branch that nothing later has taken out, or the one that was named. */
async function promotionIn(
  { checkout, ledger }: Landing,
  name: string | undefined,
): Promise<ProjectChange> {
  const { done } = await ledger.read();
  let newest: RevertedPromotion | undefined;
  for (const change of done) {
    const isTarget = isNamed(change, name);
    const isOther = name !== undefined && !isTarget;
    if (isOther || !(await headHas(checkout, change.to))) continue;
    if (change.undoes !== null) {
      // The name of a candidate is that of its promotion.
      if (isTarget && change.candidate !== name) throw isRollback(change);
      continue;
    }
    const by = await revertedBy({ checkout, done }, change.to);
    if (by === undefined) return change;
    newest ??= { candidate: change.candidate, by };
    if (isTarget) throw isOut(newest);
  }
  throw nothingToRevert(name, { changes: done.length, newest });
}

/** A promotion, and the commit of the branch that took it out. */
interface RevertedPromotion {
  readonly candidate: string;
  readonly by: string;
}

interface RollbackState extends Pick<Landing, "checkout"> {
  readonly done: readonly ProjectChange[];
}

/**
 * The commit of the branch that reverts another: a rollback of ours, or one that says so in the words of `git revert`. One
 * that is reverted in turn counts no more.
 */
async function revertedBy(state: RollbackState, commit: string): Promise<string | undefined> {
  const { checkout, done } = state;
  const declared = await declaredReverts(checkout.repository, commit);
  const ours = done.filter(({ undoes }) => undoes === commit).map(({ to }) => to);
  for (const by of new Set([...declared, ...ours])) {
    if (!(await headHas(checkout, by))) continue;
    if ((await revertedBy(state, by)) === undefined) return by;
  }
  return undefined;
}

/** With `revert.reference` Git writes a short id, with title and date in brackets behind it. */
const REVERTS = /^This reverts commit ([0-9a-f]{4,64})(?:[.,]| \(|$)/gm;
/** The least that Git shortens an id to. */
const SHORTEST = 4;

/** The later commits of the branch whose message says that they revert another. */
async function declaredReverts(repository: Repository, commit: string): Promise<readonly string[]> {
  const pattern = `--grep=This reverts commit ${commit.slice(0, SHORTEST)}`;
  const args = ["log", "-z", "--format=%H%n%B", "--fixed-strings", pattern, `${commit}..HEAD`];
  const found: string[] = [];
  for (const text of (await gitText(repository, args)).split("\0")) {
    const [id = "", ...message] = text.split("\n");
    for (const [, named = ""] of message.join("\n").matchAll(REVERTS))
      if (await isShortOf(repository, named, commit)) found.push(id);
  }
  return found;
}

async function isShortOf(repository: Repository, named: string, commit: string): Promise<boolean> {
  if (named === commit) return true;
  if (!commit.startsWith(named)) return false;
  // Another object may begin with the same digits.
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${named}^{commit}`];
  const { exitCode, stdout } = await gitRaw(repository, args, { exitCodes: [0, 1, 128] });
  return exitCode === 0 && new TextDecoder().decode(stdout).trim() === commit;
}

function nothingToRevert(name: string | undefined, sought: Sought): OrgError {
  const { newest } = sought;
  return refusal(
    name === undefined
      ? "There is nothing to roll back"
      : `No promotion ${JSON.stringify(name.slice(0, 80))} is in your branch`,
    {
      code: "INPUT_MISSING",
      why: whyNothing(name, sought),
      remedies: [
        ...(newest === undefined ? [] : [bringsBack(newest)]),
        "git log --first-parent --merges   # lists the merges of your branch",
        "git revert -m 1 COMMIT   # reverts one of them by hand",
      ],
    },
  );
}

interface Sought {
  /** So many promotions and rollbacks were made here. */
  readonly changes: number;
  readonly newest: RevertedPromotion | undefined;
}

function whyNothing(name: string | undefined, { changes, newest }: Sought): string {
  if (changes === 0) return "org has merged nothing into this repository.";
  if (name !== undefined)
    return "No merge of that name by org is in the branch that is checked out.";
  if (newest === undefined) return "No merge by org is in the branch that is checked out.";
  const { candidate, by } = newest;
  return `The newest merge by org is ${candidate}, and commit ${by.slice(0, 12)} has reverted it.`;
}

function isNamed({ candidate, to, tag }: ProjectChange, name: string | undefined): boolean {
  if (name === undefined) return false;
  const isMerge = /^[0-9a-f]{7,64}$/.test(name) && to.startsWith(name);
  return candidate === name || tag?.name === name || isMerge;
}

function isRollback(change: ProjectChange): OrgError {
  return refusal(`That is the rollback of ${change.candidate}`, {
    code: "INPUT_MISSING",
    why: "A rollback reverts a promotion, not another rollback.",
    remedies: [bringsBack({ candidate: change.candidate, by: change.to })],
  });
}

function isOut(out: RevertedPromotion): OrgError {
  return refusal(`${out.candidate} is reverted already`, {
    code: "INPUT_MISSING",
    why: `Commit ${out.by.slice(0, 12)} of your branch reverts it.`,
    remedies: ["git log --first-parent", bringsBack(out)],
  });
}

/** Commits that do not say so, or a revert of the candidate itself, took it out. */
function isGone({ candidate, to }: ProjectChange): OrgError {
  return refusal(`Nothing of ${candidate} is left in your branch`, {
    code: "INPUT_MISSING",
    why: "Its files are as they were before it, or as later commits made them.",
    remedies: [`git log --oneline ${to}..HEAD   # what came later`],
  });
}

function bringsBack({ candidate, by }: RevertedPromotion): string {
  return `git revert ${by}   # brings ${candidate} back`;
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
      ? await treeOfCommit(repository, from)
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
