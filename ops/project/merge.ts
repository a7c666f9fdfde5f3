/** How the objects of a merge come into the user's repository. */

import type { OrgError } from "#core/errors.ts";
import { wroteTooMuch } from "#core/process-failure.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { ABSENT, SUBMODULE } from "#platform/git/entry-modes.ts";
import { gitRaw } from "#platform/git/raw.ts";
import { treeChanges } from "#platform/git/tree-changes.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { refusal } from "./user-checkout.ts";

/** Largest pack in bytes, and longest time in milliseconds for making and checking it. */
const PACK = { maxBytes: 1024 * 1024 * 1024, timeoutMs: 600_000 };

/** A commit, and one that the other repository has already. */
export type NewCommit = readonly [known: string, commit: string];

/** What {@link bringObjects} brings. */
export interface NewObjects {
  readonly commits: readonly NewCommit[];
  /** The object of a tag on one of them. */
  readonly tag?: string | undefined;
  /** Largest pack in bytes. @default 1 GiB */
  readonly maxBytes?: number | undefined;
}

/**
 * Brings commits into another repository with exactly the objects in which they differ from commits that it has. No ref
 * names them yet. Unlike a fetch it asks no setting of that repository where anything lies.
 *
 * @throws {OrgError} `CANDIDATE_REFUSED` for an object that Git holds dangerous and for more than the limit; nothing is left
 *   in the other repository.
 */
export async function bringObjects(
  from: Repository,
  to: Repository,
  { commits, tag, maxBytes = PACK.maxBytes }: NewObjects,
): Promise<void> {
  const ids = new Set<string>(tag === undefined ? [] : [tag]);
  for (const [known, commit] of commits) {
    const tree = await treeOfCommit(from, commit);
    for (const id of [commit, tree, ...(await newObjects(from, known, commit))]) ids.add(id);
  }
  const stdin = `${[...ids].join("\n")}\n`;
  const limits = { ...PACK, maxBytes };
  const packed = ["pack-objects", "--stdout", "-q"];
  const { stdout } = await gitRaw(from, packed, { ...limits, stdin }).catch((error: unknown) => {
    throw wroteTooMuch(error) ? tooMuch(maxBytes) : error;
  });
  const options = { ...limits, stdin: stdout };
  // First in ours: where Git refuses an object it leaves a part of the pack behind.
  const own = await gitRaw(from, INDEX_PACK, { ...options, exitCodes: [0, 128] });
  if (own.exitCode !== 0) throw refusedObjects(own.stderr);
  await gitRaw(to, INDEX_PACK, options);
}

const INDEX_PACK = ["index-pack", "--stdin", "--strict"];

function tooMuch(maxBytes: number): OrgError {
  return refusal("The change is too large to be merged by org", {
    why: `Its files, packed, are more than ${Math.ceil(maxBytes / 1024 ** 2)} MiB.`,
    remedies: [
      "/undo   # takes out the room's newest turn",
      "or have the change made in parts, each with a candidate of its own",
    ],
  });
}

function refusedObjects(stderr: string): OrgError {
  const [first = ""] = stderr.split("\n");
  return refusal("Git does not take what would be merged", {
    why: `It objects to a file or a name: ${first.replace(/^(?:error|fatal): /, "")}.`,
    remedies: ["/undo   # takes out the room's newest turn", "or change that file in the room"],
  });
}

/** Files and folders that differ. */
async function newObjects(
  repository: Repository,
  before: string,
  after: string,
): Promise<readonly string[]> {
  const changes = await treeChanges(repository, [before, after], { folders: true });
  return changes.flatMap(({ newMode, newId }) =>
    newMode === ABSENT || newMode === SUBMODULE ? [] : [newId],
  );
}
