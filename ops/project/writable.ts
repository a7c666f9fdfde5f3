/** Whether what a change writes may be written: a branch that has moved and files that cannot follow are a mess. */
import { constants } from "node:fs";
import { access, lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { commonFolder } from "#platform/git/loose-objects.ts";
import type { FileMove } from "./move-file.ts";
import { pathList, refusal, type UserCheckout } from "./user-checkout.ts";

/** What Git writes for a merge, where it is there. */
const WRITTEN_BY_GIT = ["", "objects", "objects/pack", "refs", "refs/heads", "refs/tags", "logs"];

/**
 * @param moves files that are to be written; none: only the repository itself is looked at.
 * @throws {OrgError} `FILE_FAILED` where a folder may not be written: it names the folder.
 */
export async function refuseUnwritable(
  { repository }: UserCheckout,
  moves: readonly Pick<FileMove, "path">[] = [],
): Promise<void> {
  const { gitDir, workTree } = repository;
  const common = commonFolder(gitDir);
  const folders = new Set([gitDir, ...WRITTEN_BY_GIT.map((name) => join(common, name))]);
  for (const { path } of moves) folders.add(await nearestFolder(workTree, path));
  const closed: string[] = [];
  for (const folder of folders) if (!(await mayWrite(folder))) closed.push(folder);
  const [first, ...more] = closed;
  if (first !== undefined) throw unwritable([first, ...more]);
}

/** @param closed folders, by their absolute paths. */
export function unwritable(closed: readonly [string, ...string[]]): OrgError {
  const first = shellWord(closed[0]);
  return refusal("Folders of your repository may not be written", {
    code: "FILE_FAILED",
    why: `You have no right to write in ${pathList(closed)}, or their disk is read-only.`,
    remedies: [
      `chmod u+w ${first}   # then run the same command again`,
      `ls -ld ${first}   # shows its owner and mode`,
    ],
  });
}

/** The folder in which the first new name of a path would be made. */
async function nearestFolder(root: string, path: string): Promise<string> {
  let folder = dirname(join(root, path));
  // A file in its place is removed first.
  while (folder !== root && !(await isFolder(folder))) folder = dirname(folder);
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

async function mayWrite(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    // A folder that is not there is made; one whose place is taken by a file is refused elsewhere.
    return !(
      error instanceof Error &&
      "code" in error &&
      /^(?:EACCES|EPERM|EROFS)$/.test(String(error.code))
    );
  }
}
