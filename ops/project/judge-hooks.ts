/** The user's own hooks beside the gate of a project: they run where the user allowed it once, and in the sandbox alone. */
import { readTreeDiff } from "#fitness/gate/tree-diff.ts";
import { type ProjectFinding, quoted } from "#fitness/project/finding.ts";
import { runHooks, type ToHook, type UserHooks } from "#fitness/project/run-hooks.ts";
import { humanSetting } from "#platform/git/human-identity.ts";
import { committerOf } from "./commit-object.ts";
import { namedByGit } from "./git-named.ts";
import { type ProjectLocation, readRecord } from "./location.ts";
import { findHooks } from "./user-hooks.ts";

/** @returns undefined where there are none, and where the user did not allow them. */
export async function allowedHooks(
  location: ProjectLocation,
  signal: AbortSignal,
): Promise<UserHooks | undefined> {
  if ((await readRecord(location))?.hooks !== true) return undefined;
  return await findHooks(location.root, signal);
}

/** What they say of a change. @throws {OrgError} as {@link runHooks}, and `CONFIG_INVALID` without a Git identity. */
export async function hooksSay(
  location: ProjectLocation,
  change: Omit<ToHook, "identity">,
): Promise<readonly ProjectFinding[]> {
  return await runHooks({ ...change, identity: await committerOf(location.root, change.signal) });
}

/** A change of what the user's Git reads or runs is for the user to see, whatever its name. */
export async function gitNamedSay(
  { root }: ProjectLocation,
  {
    repository,
    base,
    candidate,
    signal,
  }: Pick<ToHook, "repository" | "base" | "candidate" | "signal">,
): Promise<readonly ProjectFinding[]> {
  const changes = await readTreeDiff(repository, base, candidate);
  const named = await namedByGit(
    root,
    changes.flatMap(({ path }) => path ?? []),
    signal,
  );
  return named.map(({ path, key }) => ({
    ...{ stage: "P0", severity: "held", path },
    text: `${quoted(path)} changes, and your Git configuration names it (${quoted(key)}).`,
  }));
}

/** What a user's own Git would have done to a merge, and org did not: a line each. */
export async function mergeNotices(
  location: ProjectLocation,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const notices = [await hooksNotice(location, signal), await signatureNotice(location, signal)];
  return notices.filter((notice) => notice !== undefined);
}

/** The key of a user is asked for by programs of theirs, and what is signed there is their word. */
async function signatureNotice(
  { root }: ProjectLocation,
  signal: AbortSignal,
): Promise<string | undefined> {
  const question = ["--type=bool", "commit.gpgSign"];
  if ((await humanSetting(question, { folder: root, signal })) !== "true") return undefined;
  return "Your Git signs commits (commit.gpgSign), but this merge has only org's signed tag. git commit --amend --no-edit -S signs it; after that, use git revert -m 1 COMMIT instead of a rollback.";
}

/** @returns one line for a user who has hooks and never said whether they may run; else undefined. */
async function hooksNotice(
  location: ProjectLocation,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ((await readRecord(location))?.hooks !== undefined) return undefined;
  const hooks = await findHooks(location.root, signal);
  if (hooks === undefined) return undefined;
  const names = hooks.names.join(", ");
  return `Your hooks did not run: ${names}. org project checks --hooks on lets them judge each change in the sandbox; --hooks off removes this notice.`;
}
