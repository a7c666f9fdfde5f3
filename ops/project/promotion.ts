/** Takes a candidate into the branch that the user has checked out: the merge that `git merge --no-ff` would make. */
import { OrgError } from "#core/errors.ts";
import type { SigningPaths } from "#fitness/gate/signing.ts";
import { readTreeDiff } from "#fitness/gate/tree-diff.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Identity } from "#platform/git/wrapper.ts";
import type { PromoterWait } from "../release/promoter-lock.ts";
import { type CandidateRoom, candidateNamed, type ProjectCandidate } from "./candidate.ts";
import { commitMessage, committerOf, type Trailers, writeCommit } from "./commit-object.ts";
import { refuseExistingNames } from "./existing-names.ts";
import { changeId, type Landing, type LandStep, landChange } from "./land-change.ts";
import { bringObjects, type NewCommit } from "./merge.ts";
import { type MergePreview, mergedWith, refuseMerged, refuseUnfit } from "./merge-preview.ts";
import { movesOf } from "./move-file.ts";
import { refuseObstacles } from "./obstacles.ts";
import { lockProject, openLanding, settleLocked } from "./settle.ts";
import { tagOn } from "./signed-tag.ts";
import { type Head, readyHead, refusal, shortName } from "./user-checkout.ts";
import { refAt } from "./user-refs.ts";

export interface LandOptions {
  /** Milliseconds since the epoch. @default now */
  readonly nowMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How it waits while another process changes the same repository. */
  readonly wait?: PromoterWait | undefined;
  /** Told of every step before it begins. */
  readonly onStep?: ((step: LandStep) => void) | undefined;
  /** The key that signs the tag on the new commit. @default no tag is made */
  readonly signing?: SigningPaths | undefined;
}

export interface PromotionOptions extends LandOptions {
  /** The verified merge: nothing else is merged. @default whatever the merge makes */
  readonly verified?: MergePreview | undefined;
  /** What the merge says of its verification, instead of what the candidate says. @default what the candidate says */
  readonly trailers?: Trailers | undefined;
  /** What the gate found, for the message of the tag. @default nothing */
  readonly report?: string | undefined;
}

/** What a promotion did. */
export interface ProjectPromotion {
  /** The candidate, now a branch of the user's repository: `cand/20261123T111500Z`. */
  readonly branch: string;
  /** The merge. */
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
 * Merges a candidate of the room. No hook of the user runs, and nothing is pushed.
 *
 * @throws {OrgError} with nothing changed: `INPUT_MISSING`, `CANDIDATE_REFUSED`, `CANDIDATE_STALE` where the branch has
 *   left the commit that the room began with, or the verified one, `PATH_REFUSED` where files of the user are in
 *   the way, `LOCK_HELD`, `CONFIG_INVALID`; `CANDIDATE_CONFLICT` where it does not merge: then the branch is there, and
 *   nothing else.
 */
export async function promoteCandidate(
  room: CandidateRoom,
  { name }: Pick<ProjectCandidate, "name">,
  options: PromotionOptions = {},
): Promise<ProjectPromotion> {
  const { nowMs = Date.now(), signal, wait, onStep, verified, trailers, signing } = options;
  const { location } = room;
  const committer = await committerOf(location.root, signal);
  using _ = await lockProject(location, { signal, ...wait });
  const landing = { ...(await openLanding(location, committer)), onStep };
  await settleLocked(location, landing);
  const candidate = await candidateNamed(room, name);
  const plan = { room, landing, candidate, committer, nowMs, trailers };
  const head = await readyHead(landing.checkout);
  if (verified !== undefined && verified.head !== head.commit) throw notVerified(head);
  const source = await sourceOf(plan);
  const newBranchAt = await freeBranch(landing, candidate);
  const to = await mergeCommit(plan, { head, source });
  if (verified !== undefined && verified.tree !== (await treeOfCommit(room.repository, to)))
    throw notVerified(head);
  const files = movesOf(await readTreeDiff(room.repository, head.commit, to));
  await refuseObstacles(landing.checkout, files);
  signal?.throwIfAborted();
  const message = tagMessage(await messageOf(plan), { name, head, report: options.report });
  const into = room.repository;
  const tag = await tagOn(landing, {
    kind: "promotion",
    commit: to,
    message,
    nowMs,
    signing,
    into,
  });
  const about = { kind: "promotion", candidate: name, newBranchAt, undoes: null, tag } as const;
  const move = { branch: head.branch, from: head.commit, to, files };
  const commits: readonly NewCommit[] = [
    [source, candidate.commit],
    [head.commit, to],
  ];
  const change = { id: changeId(), ...about, ...move, at: nowMs };
  const { left } = await landChange(landing, change, () =>
    bringObjects(room.repository, landing.checkout.repository, { commits, tag: tag?.id }),
  );
  const done = { branch: name, commit: to, tag: tag?.name ?? null };
  return { ...done, files: files.length, into: shortName(head), left };
}

/** What the merge says of where it comes from, and what the gate found. */
function tagMessage(
  { trailers }: { readonly trailers: Trailers },
  {
    name,
    head,
    report,
  }: { readonly name: string; readonly head: Head; readonly report: string | undefined },
): string {
  return commitMessage({
    title: `Promote ${name} into ${shortName(head)}`,
    body: report,
    trailers,
  });
}

interface Plan {
  readonly room: CandidateRoom;
  readonly landing: Landing;
  readonly candidate: ProjectCandidate;
  readonly committer: Identity;
  readonly nowMs: number;
  readonly trailers: Trailers | undefined;
}

/** @returns the user's commit that the candidate is made on. */
async function sourceOf({ room, landing, candidate }: Plan): Promise<string> {
  const { repository } = room;
  const { commit, base } = candidate;
  await refuseMerged(landing, candidate);
  const { checkout } = landing;
  const source = await gitText(repository, ["rev-parse", "--verify", `${commit}^`]);
  const tree = await treeOfCommit(repository, commit);
  await refuseUnfit({ repository, checkout }, { source, base, tree });
  return source;
}

function notVerified({ branch }: Head): OrgError {
  return refusal("Your branch moved while the checks ran", {
    code: "CANDIDATE_STALE",
    why: `The checks judged another state of ${shortName({ branch })} than the one that is checked out now.`,
    remedies: ["run the same command again"],
  });
}

/** @returns the candidate's commit where its branch is to be made; null where it is there. */
async function freeBranch(
  { checkout }: Landing,
  { name, commit }: ProjectCandidate,
): Promise<string | null> {
  await refuseExistingNames(checkout, "promotion");
  const there = await refAt(checkout, `refs/heads/${name}`);
  if (there === commit) return null;
  if (there === undefined) return commit;
  throw refusal(`Your repository has another branch ${name}`, {
    why: `It is at ${there.slice(0, 12)}, and the candidate is ${commit.slice(0, 12)}.`,
    remedies: [
      `git branch -m ${name} ANOTHER-NAME`,
      "/cand   # or: org project cand; makes the candidate under another name",
    ],
  });
}

interface Ends {
  readonly head: Head;
  readonly source: string;
}

/** @returns the merge, an object of the room's repository. @throws {OrgError} `CANDIDATE_CONFLICT`. */
async function mergeCommit(plan: Plan, { head, source }: Ends): Promise<string> {
  const { room, candidate, committer, nowMs } = plan;
  const repository = { ...room.repository, identity: committer };
  const theirs = await treeOfCommit(room.repository, candidate.commit);
  const tree = await mergedWith(repository, head.commit, { source, tree: theirs });
  if (typeof tree !== "string") throw await conflict(plan, { source, details: tree });
  const { title, trailers } = await messageOf(plan);
  const message = commitMessage({
    title: `Merge branch '${candidate.name}' into ${shortName(head)}`,
    body: title,
    trailers,
  });
  const about = { author: committer, committer, message, nowMs };
  const parents = [head.commit, candidate.commit];
  return await writeCommit(repository, { tree, parents, ...about });
}

async function messageOf({
  room: { repository },
  candidate: { commit },
  trailers: judgement,
}: Plan): Promise<{ readonly title: string; readonly trailers: Trailers }> {
  const text = await gitText(repository, [
    "show",
    "--no-patch",
    "--format=%s%n%(trailers)",
    commit,
  ]);
  const [title = "", ...lines] = text.split("\n");
  const trailers = lines.flatMap((line) => {
    const [, key = "", value = ""] = /^(Org-[A-Za-z-]+): (.*)$/.exec(line) ?? [];
    return key === "" ? [] : [[key, value] as const];
  });
  return { title, trailers: { ...Object.fromEntries(trailers), ...judgement } };
}

async function conflict(
  { room, landing, candidate: { name, commit } }: Plan,
  { source, details }: { readonly source: string; readonly details: readonly string[] },
): Promise<OrgError> {
  const { repository } = landing.checkout;
  if ((await refAt(landing.checkout, `refs/heads/${name}`)) === undefined) {
    await bringObjects(room.repository, repository, { commits: [[source, commit]] });
    const args = ["update-ref", "-m", `org: keep ${name}`, `refs/heads/${name}`, commit, ""];
    await gitText(repository, args);
  }
  return new OrgError(`${name} does not merge with your branch`, {
    code: "CANDIDATE_CONFLICT",
    why: `Your branch changed the same lines since: ${details.slice(0, 5).join(", ")}.`,
    remedies: [
      `git merge --no-ff ${name}   # and resolve the conflicts`,
      "/rebase   # then let the room resolve them",
      `git branch -D ${name}   # to drop it`,
    ],
    unchanged: `The branch ${name} is in your repository; nothing else was changed.`,
  });
}
