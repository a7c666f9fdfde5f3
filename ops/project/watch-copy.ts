/** Watches the copy of a room, or the user's files, so that changes are found without a look at all of them. */
import { type Repository, withoutIndex } from "#platform/git/wrapper.ts";
import { TreeWatch } from "#platform/tree-watch.ts";
import { gitFields } from "./byte-paths.ts";

/** @param repository of the room, with the copy as its work tree. */
export async function watchCopy(repository: Repository): Promise<TreeWatch | undefined> {
  return await watchTree(repository, "refs/org/work");
}

/**
 * @param repository with the files as its work tree.
 * @param commit the name of a commit that has most of their folders.
 * @returns `undefined` where the system has no room for it, or a folder has a name that is not text.
 */
export async function watchTree(
  repository: Repository,
  commit: string,
): Promise<TreeWatch | undefined> {
  const options = ["-r", "-d", "-z", "--name-only", "--full-tree"];
  const fields = await gitFields(repository, ["ls-tree", ...options, commit]);
  const folders = fields.map((field) => Buffer.from(field, "latin1").toString());
  if (folders.some((folder) => folder.includes("\ufffd"))) return undefined;
  const root = repository.workTree ?? "/";
  return await TreeWatch.open({ root, folders, ignored: (all) => ignoredIn(repository, all) });
}

/** With more new folders at once the copy is looked at instead. */
const MAX_NEW_FOLDERS = 200;

async function ignoredIn(
  repository: Repository,
  folders: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  if (folders.length > MAX_NEW_FOLDERS) return undefined;
  const isOfGit = (folder: string) => folder === ".git" || folder.endsWith("/.git");
  const [own = [], others = []] = [true, false].map((isGitFolder) =>
    folders.filter((folder) => isOfGit(folder) === isGitFolder),
  );
  if (others.length === 0) return new Set(own);
  const question = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
  // Without the index none of them is tracked.
  const fields = await gitFields(withoutIndex(repository), [...question, "--", ...others]);
  const paths = fields.filter((field) => field.endsWith("/")).map((field) => field.slice(0, -1));
  return new Set([...own, ...paths.map((path) => Buffer.from(path, "latin1").toString())]);
}
