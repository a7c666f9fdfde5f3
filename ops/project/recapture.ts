/** Begins a room anew from the user's work tree as it is now, and keeps what its turns changed. */
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { displayPath, WHOLE_TREE } from "./byte-paths.ts";
import { type Capture, capture, copySettings, ROOM_IDENTITY } from "./capture.ts";
import { refuseGone } from "./gone-folder.ts";
import { refuseLostHistory } from "./lost-objects.ts";
import { type RoomRefs, readRefs } from "./refs.ts";
import { moveRoom } from "./room-folder.ts";
import { commitTree, countChanges, keepFiles, makerOf, type TurnChange } from "./turns.ts";
import type { ProjectWork } from "./work.ts";

export type Recapture =
  /** The user's work tree is what the room began with. */
  | { readonly kind: "unchanged" }
  /** The room has the new base. */
  | {
      readonly kind: "moved";
      /** What the turns change on the new base; absent when it has all of it already. */
      readonly change: TurnChange | undefined;
    }
  /** Nothing was changed: a turn and the user changed the same lines. */
  | { readonly kind: "conflicts"; readonly paths: readonly string[] };

/**
 * Captures the user's work tree anew, and repeats the room's turns on it one by one.
 *
 * @throws {OrgError} `INPUT_INVALID` while conflicts of their own wait for the user, `LOCK_HELD` while a turn is under
 *   way.
 */
export async function recapture(
  work: ProjectWork,
  { signal }: { readonly signal: AbortSignal },
): Promise<Recapture> {
  using _held = await work.lock.take({ owner: "rebase", signal });
  work.touched.addAny();
  return await recaptureHeld(work, { signal });
}

/** As {@link recapture}, for a caller that holds the room's lock. */
export async function recaptureHeld(
  work: ProjectWork,
  { signal }: { readonly signal: AbortSignal },
): Promise<Recapture> {
  const { repository, source, folder, location } = work;
  refuseGone(location.root);
  await keepFiles(work, { persona: "org", title: "changes before the base moved" });
  const refs = await readRefs(repository);
  await copySettings(source, repository, signal);
  const captured = await capture(source, repository, signal);
  if (captured.source === refs.source && (await isSameTree(repository, captured.base, refs.base))) {
    return { kind: "unchanged" };
  }
  const replayed = await replay(repository, refs, captured).catch(async (error: unknown) => {
    await refuseLostHistory(work);
    throw error;
  });
  if (replayed.conflicts.length > 0) return { kind: "conflicts", paths: replayed.conflicts };
  const moved = { source: captured.source, base: captured.base, work: replayed.commit };
  await moveRoom(folder, { refs: moved, from: refs.work, notes: captured });
  const change = await countChanges(repository, moved.base, moved.work);
  return { kind: "moved", change: change.files === 0 ? undefined : change };
}

async function isSameTree(repository: Repository, one: string, other: string): Promise<boolean> {
  return (await treeOfCommit(repository, one)) === (await treeOfCommit(repository, other));
}

interface Replayed {
  /** The newest turn on the new base. */
  readonly commit: string;
  /** Of the first turn that cannot be repeated. */
  readonly conflicts: readonly string[];
}

async function replay(
  repository: Repository,
  refs: RoomRefs,
  captured: Capture,
): Promise<Replayed> {
  const range = `${refs.base}..${refs.work}`;
  const turns = await gitText(repository, ["rev-list", "--reverse", "--first-parent", range]);
  let commit = captured.base;
  for (const turn of turns.split("\n").filter((id) => id !== "")) {
    const merged = await repeat(repository, turn, commit);
    if (typeof merged !== "string") return { commit, conflicts: merged };
    const tree = await treeOfCommit(repository, commit);
    // What the user has done meanwhile is not a turn any more.
    if (merged === tree) continue;
    const text = await gitText(repository, ["log", "-1", "--format=%an%n%s", turn]);
    const [persona = "", title = ""] = text.split("\n");
    const author = { persona, title, ...(await makerOf(repository, turn)) };
    commit = await commitTree(repository, { tree: merged, parent: commit, author });
  }
  return { commit, conflicts: [] };
}

/** @returns the tree with what a turn changed, or the files where it conflicts. */
async function repeat(
  repository: Repository,
  turn: string,
  onto: string,
): Promise<string | readonly string[]> {
  const ours = { ...repository, identity: ROOM_IDENTITY };
  const before = await gitText(ours, ["rev-parse", `${turn}^`]);
  // Git merges from the newest common ancestor, so the new base is given the turn before as its parent.
  const args = ["commit-tree", `${onto}^{tree}`, "-p", before];
  const grafted = await gitText(ours, args, { stdin: "The base of a replay\n" });
  const options = ["--write-tree", "--name-only", "--no-messages", "-z"];
  const { exitCode, stdout } = await gitRaw(ours, ["merge-tree", ...options, grafted, turn], {
    ...WHOLE_TREE,
    exitCodes: [0, 1],
  });
  const [tree = "", ...paths] = Buffer.from(stdout).toString("latin1").split("\0");
  if (exitCode === 0) return tree.trim();
  return paths.filter((path) => path !== "").map(displayPath);
}
