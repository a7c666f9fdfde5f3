/** The user's own checkout, and what of its state stands in the way of a promotion or a rollback. */
import { join } from "node:path";
import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { quoted } from "#fitness/project/finding.ts";
import { isThere } from "#platform/files.ts";
import { commonFolder } from "#platform/git/loose-objects.ts";
import { looseBranch, looseHead } from "#platform/git/loose-refs.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { isSwitchedOff, locateCheckout, openWithSettings } from "#platform/git/repository.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import { WHOLE_TREE } from "./byte-paths.ts";

export interface UserCheckout {
  /** With its work tree; commits and notes in the log are the user's. */
  readonly repository: Repository & { readonly workTree: string };
  /** Whether the executable bit of a file means something here (`core.fileMode`). */
  readonly hasModes: boolean;
}

/** What is checked out. */
export interface Head {
  /** Full name: `refs/heads/main`. */
  readonly branch: string;
  readonly commit: string;
}

/** @throws {OrgError} `PROCESS_FAILED` when `root` is not the top of a work tree. */
export async function openUserCheckout(root: string, identity?: Identity): Promise<UserCheckout> {
  const located = await locateCheckout(root);
  const { repository, settings } = await openWithSettings({ ...located, identity });
  const modes = settings.findLast(({ key }) => key === "core.filemode");
  const hasModes = modes === undefined || !isSwitchedOff(modes);
  return { repository: { ...repository, workTree: located.workTree ?? root }, hasModes };
}

/** @returns undefined when no branch is checked out. */
export async function branchOf({ repository }: UserCheckout): Promise<string | undefined> {
  const loose = looseBranch(repository);
  if (loose !== undefined) return loose;
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  const { stdout, exitCode } = await gitRaw(repository, args, { exitCodes: [0, 1] });
  const name = new TextDecoder().decode(stdout).trim();
  return exitCode === 0 && name.startsWith("refs/heads/") ? name : undefined;
}

/** The commit of HEAD; undefined before the first one. */
export async function tipOf({ repository }: UserCheckout): Promise<string | undefined> {
  const loose = looseHead(repository);
  if (loose !== undefined) return loose;
  const args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
  const { stdout, exitCode } = await gitRaw(repository, args, { exitCodes: [0, 1] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trim() : undefined;
}

/** Whether `commit` is what HEAD has, or comes before it; false for one that is not there. */
export async function headHas({ repository }: UserCheckout, commit: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", commit, "HEAD"];
  return (await gitRaw(repository, args, { exitCodes: [0, 1, 128] })).exitCode === 0;
}

/**
 * The branch that would move.
 *
 * @throws {OrgError} `CANDIDATE_REFUSED` when no branch is checked out, or Git is in the middle of something else;
 *   `LOCK_HELD` when another Git works on the index.
 */
export async function readyHead(checkout: UserCheckout): Promise<Head> {
  // First of all: a rebase detaches HEAD, and Git refuses to switch branches in the middle of it.
  const busy = await operationUnderWay(checkout);
  if (busy !== undefined) throw busy;
  const head = await headOf(checkout);
  if (await isThere(join(checkout.repository.gitDir, "index.lock"))) throw indexIsLocked(checkout);
  await refuseLockedRefs(checkout, head);
  return head;
}

/**
 * Where a promotion could not end, however long it waits for its checks. What Git is in the middle of may be over by then.
 *
 * @throws {OrgError} `CANDIDATE_REFUSED` when no branch is checked out, or it has no commit.
 */
export async function refuseNoBranch(checkout: UserCheckout): Promise<void> {
  if ((await operationUnderWay(checkout)) === undefined) await headOf(checkout);
}

async function operationUnderWay({ repository }: UserCheckout): Promise<OrgError | undefined> {
  for (const { file, what, remedies } of UNDER_WAY) {
    const path = join(repository.gitDir, file);
    if (!(await isThere(path))) continue;
    return refusal(`${what} is in progress`, { why: `"${path}" exists.`, remedies });
  }
  return undefined;
}

async function headOf(checkout: UserCheckout): Promise<Head> {
  const [branch, commit] = await Promise.all([branchOf(checkout), tipOf(checkout)]);
  if (branch === undefined) {
    throw refusal("No branch is checked out", {
      why: "HEAD is detached, so there is no branch to merge into.",
      remedies: ["git switch BRANCH", "git switch -c NEW-BRANCH"],
    });
  }
  if (commit === undefined) {
    throw refusal("The branch has no commit yet", {
      why: "A promotion is a merge, and there is nothing to merge into.",
      remedies: [COMMIT_FIRST],
    });
  }
  return { branch, commit };
}

/** What a room needs that began before the first commit. */
export const COMMIT_FIRST =
  "git add FILES && git commit, then org project rebase (in the room: /rebase)";

/** Locks that Git would meet only behind everything else, and that a Git that crashed leaves for good. */
async function refuseLockedRefs({ repository }: UserCheckout, { branch }: Head): Promise<void> {
  const { gitDir } = repository;
  const common = commonFolder(gitDir);
  const locks = [
    join(gitDir, "HEAD.lock"),
    join(common, "packed-refs.lock"),
    join(common, `${branch}.lock`),
  ];
  for (const path of locks) if (await isThere(path)) throw isLocked("references", path);
}

/** Another program has the lock of the index. */
export function indexIsLocked({ repository }: Pick<UserCheckout, "repository">): OrgError {
  return isLocked("index", join(repository.gitDir, "index.lock"));
}

function isLocked(what: string, path: string): OrgError {
  return refusal(`Another program works on the ${what} of your repository`, {
    code: "LOCK_HELD",
    why: `"${path}" exists.`,
    remedies: [
      "wait for your other git command to end, then run the same command again",
      "remove that file if neither git nor org works in this repository",
    ],
  });
}

const UNDER_WAY: readonly {
  readonly file: string;
  readonly what: string;
  readonly remedies: readonly string[];
}[] = [
  {
    file: "MERGE_HEAD",
    what: "A merge",
    remedies: ["git merge --continue", "git merge --abort"],
  },
  {
    file: "CHERRY_PICK_HEAD",
    what: "A cherry-pick",
    remedies: ["git cherry-pick --continue", "git cherry-pick --abort"],
  },
  {
    file: "REVERT_HEAD",
    what: "A revert",
    remedies: ["git revert --continue", "git revert --abort"],
  },
  {
    file: "rebase-merge",
    what: "A rebase",
    remedies: ["git rebase --continue", "git rebase --abort"],
  },
  {
    file: "rebase-apply",
    what: "A rebase or git am",
    remedies: [
      "git rebase --continue or git am --continue",
      "git rebase --abort or git am --abort",
    ],
  },
  {
    file: "sequencer",
    what: "A sequence of picks or reverts",
    remedies: ["git cherry-pick --continue", "git cherry-pick --quit"],
  },
  { file: "BISECT_LOG", what: "A bisection", remedies: ["git bisect reset"] },
];

export interface RefusalParts {
  /** @default `CANDIDATE_REFUSED` */
  readonly code?: ErrorCode;
  readonly why: string;
  readonly remedies: readonly string[];
}

/** Before anything was changed. */
export function refusal(
  message: string,
  { code = "CANDIDATE_REFUSED", why, remedies }: RefusalParts,
): OrgError {
  return new OrgError(message, { code, why, remedies, unchanged: "Nothing was changed." });
}

/** Some paths for a text of one line, each as a word that may be pasted. */
export function pathList(paths: readonly string[]): string {
  const listed = paths
    .slice(0, 5)
    .map((path) => (hasOddCharacter(path) ? quoted(path) : shellWord(path)));
  const more = paths.length - listed.length;
  return `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function hasOddCharacter(text: string): boolean {
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

/** One entry of the index. */
export interface IndexEntry {
  readonly mode: string;
  readonly id: string;
  /** 0, or a side of a conflict. */
  readonly stage: string;
  /** Git is told not to look at the file (`assume-unchanged`, `skip-worktree`). */
  readonly isHidden: boolean;
}

/** What the index says, by path; names that are not UTF-8 are left out. */
export async function readIndex(repository: Repository): Promise<ReadonlyMap<string, IndexEntry>> {
  const text = await gitText(repository, ["ls-files", "-z", "-v", "--stage"], WHOLE_TREE);
  const entries = new Map<string, IndexEntry>();
  for (const line of text.split("\0")) {
    const [, tag = "", mode = "", id = "", stage = "", path] =
      /^(\S) (\d{6}) ([0-9a-f]+) (\d)\t(.*)$/s.exec(line) ?? [];
    if (path === undefined) continue;
    entries.set(path, { mode, id, stage, isHidden: tag === "S" || tag !== tag.toUpperCase() });
  }
  return entries;
}

/** Without `refs/heads/`. */
export function shortName({ branch }: Pick<Head, "branch">): string {
  return branch.slice("refs/heads/".length);
}
