/** What a room's repository borrows of the user's, who may have removed it since. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { WHOLE_TREE } from "./byte-paths.ts";
import type { ProjectLocation } from "./location.ts";
import { readRefs } from "./refs.ts";

interface Borrower {
  readonly repository: Repository;
  readonly location: Pick<ProjectLocation, "root">;
  /** Absolute path of the room's folder. */
  readonly folder: string;
}

/**
 * The user's Git removes objects that none of their branches has any more: a commit that was amended or reset, after some
 * weeks or at once. The room needs the folders of its newest turn, those of its base, and what was changed since.
 *
 * @throws {OrgError} `INPUT_INVALID` where one of them is gone.
 */
export async function refuseLostObjects(room: Borrower): Promise<void> {
  const { base, work } = await readRefs(room.repository);
  // All folders are read, and their files are not listed.
  const folders = (commit: string) => ["ls-tree", "-r", "-d", "-z", commit];
  await refuseUnreadable(room, folders(work));
  if (base === work) return;
  await refuseUnreadable(room, folders(base));
  await refuseUnreadable(room, ["diff-tree", "-r", "--shortstat", base, work]);
}

/** As {@link refuseLostObjects}, and of the user's commit that the room began with: a new base is merged with it. */
export async function refuseLostHistory(room: Borrower): Promise<void> {
  await refuseLostObjects(room);
  const { source } = await readRefs(room.repository);
  if (source !== undefined) await refuseUnreadable(room, ["cat-file", "commit", source]);
}

async function refuseUnreadable(
  { repository, location, folder }: Borrower,
  question: readonly string[],
): Promise<void> {
  const { exitCode, stderr } = await gitRaw(repository, question, {
    ...WHOLE_TREE,
    exitCodes: [0, 128],
  });
  if (exitCode === 0) return;
  throw new OrgError(`The room's state of "${location.root}" cannot be read`, {
    code: "INPUT_INVALID",
    why: `Objects that it borrowed are gone; a \`git gc\` or \`git prune\` removed them: ${stderr.trim()}`,
    remedies: [
      `cp -r ${shellWord(join(folder, "copy"))} COPY   # keeps the room's files`,
      `rm -r ${shellWord(folder)}   # then start org again: the room begins with the project as it is now`,
    ],
    unchanged: "Your own repository was not changed.",
  });
}
