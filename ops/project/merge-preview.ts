/** What a promotion would merge, and what is refused before anything of it is written. */
import { mergeTrees } from "#fitness/gate/merge-trees.ts";
import { readTreeDiff } from "#fitness/gate/tree-diff.ts";
import { namedChanges } from "#fitness/project/judge-tree.ts";
import { ABSENT } from "#platform/git/entry-modes.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { CandidateProposal, CandidateRoom, ProjectCandidate, Proposal } from "./candidate.ts";
import { committerOf } from "./commit-object.ts";
import { refuseFiltered } from "./filters.ts";
import type { Landing } from "./land-change.ts";
import { movesOf } from "./move-file.ts";
import { refuseObstacles } from "./obstacles.ts";
import { openLanding } from "./settle.ts";
import { headHas, pathList, readyHead, refusal } from "./user-checkout.ts";

/** What a promotion would merge, and into what. */
export interface MergePreview {
  /** The user's commit that is checked out. */
  readonly head: string;
  /** The tree that the branch would have; absent where it does not merge without conflicts. */
  readonly tree: string | undefined;
}

/**
 * What the merge of a proposal would make, for a gate to judge. Nothing is written into the user's repository.
 *
 * @throws {OrgError} as {@link promoteCandidate} for what it would refuse, but for conflicts.
 */
export async function previewMerge(
  { location, repository }: CandidateRoom,
  proposal: Proposal | CandidateProposal,
  signal?: AbortSignal,
): Promise<MergePreview> {
  const identity = await committerOf(location.root, signal);
  const landing = await openLanding(location, identity);
  const { checkout } = landing;
  const { commit: head } = await readyHead(checkout);
  if ("candidate" in proposal) await refuseMerged(landing, proposal.candidate);
  await refuseUnfit({ repository, checkout }, proposal);
  const tree = await mergedWith({ ...repository, identity }, head, proposal);
  if (typeof tree !== "string") return { head, tree: undefined };
  await refuseObstacles(checkout, movesOf(await readTreeDiff(repository, head, tree)));
  return { head, tree };
}

/** @throws {OrgError} `CANDIDATE_REFUSED` for one that is part of what is checked out. */
export async function refuseMerged(
  { checkout, ledger }: Landing,
  { name, commit }: Pick<ProjectCandidate, "name" | "commit">,
): Promise<void> {
  if (!(await headHas(checkout, commit))) return;
  const { done } = await ledger.read();
  const newest = done.find(({ candidate }) => candidate === name);
  // Git takes a merge that was reverted for merged: what brings it back is the revert of the revert.
  if (newest?.kind === "rollback" && (await headHas(checkout, newest.to))) {
    throw refusal(`${name} was merged and reverted`, {
      why: "Its commit is part of what is checked out, so Git has nothing to merge.",
      remedies: [`git revert ${newest.to}   # brings it back`],
    });
  }
  throw refusal(`${name} is in your branch already`, {
    why: "Its commit is part of what is checked out.",
    remedies: ["/rollback   # or: org project rollback; takes it out again"],
  });
}

interface Sides {
  /** The room's. */
  readonly repository: Repository;
  readonly checkout: Landing["checkout"];
}

/**
 * @throws {OrgError} `CANDIDATE_STALE` where the branch has left the commit that the room began with, `PATH_REFUSED` where
 *   uncommitted changes of the user would be committed, and where a filter handles what changes.
 */
export async function refuseUnfit(
  { repository, checkout }: Sides,
  { source, base, tree }: Omit<Proposal, "changed">,
): Promise<void> {
  if (!(await headHas(checkout, source))) {
    throw refusal("Your branch is not the one that the room began with", {
      code: "CANDIDATE_STALE",
      why: `It does not contain the commit ${source.slice(0, 12)}, so a merge would bring other commits along.`,
      remedies: ["git switch to the branch of before", "/rebase   # then make the candidate again"],
    });
  }
  const uncommitted = await readTreeDiff(repository, source, base);
  const changes = namedChanges(await readTreeDiff(repository, source, tree));
  const changed = new Set(changes.map(({ path }) => path));
  const mixed = uncommitted.flatMap(({ path }) =>
    path !== undefined && changed.has(path) ? [path] : [],
  );
  const written = changes.filter(({ newMode }) => newMode !== ABSENT).map(({ path }) => path);
  // What a filter makes of a file in the work tree looks like a change that the user has not committed.
  await refuseFiltered(checkout, [...new Set([...written, ...mixed])]);
  if (mixed.length === 0) return;
  throw refusal("Changes of yours would be committed along with those of the room", {
    code: "PATH_REFUSED",
    why: `${pathList(mixed)} had changes that you had not committed when the room copied the files.`,
    remedies: ["git commit them, then /rebase, and make the candidate again"],
  });
}

/** @returns the tree, or what is in conflict. */
export async function mergedWith(
  repository: Repository,
  head: string,
  { source, tree }: Pick<Proposal, "source" | "tree">,
): Promise<string | readonly string[]> {
  return head === source
    ? tree
    : await mergeTrees(repository, { base: source, ours: head, theirs: tree });
}
