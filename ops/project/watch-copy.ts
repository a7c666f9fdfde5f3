/** Watches the copy of a room, so that what a program changed is known without a look at all files. */
import { type Repository, withoutIndex } from "#platform/git/wrapper.ts";
import { TreeWatch } from "#platform/tree-watch.ts";
import { gitFields } from "./byte-paths.ts";

/**
 * @param repository of the room, with the copy as its work tree.
 * @returns `undefined` where the system has no room for it, or a folder has a name that is no text.
 */
export async function watchCopy(repository: Repository): Promise<TreeWatch | undefined> {
  const options = ["-r", "-d", "-z", "--name-only", "--full-tree"];
  const fields = await gitFields(repository, ["ls-tree", ...options, "refs/org/work"]);
  const folders = fields.map((field) => Buffer.from(field, "latin1").toString());
  if (folders.some((folder) => folder.includes("\ufffd"))) return undefined;
  const root = repository.workTree ?? "/";
  return await TreeWatch.open({ root, folders, ignored: (all) => ignoredIn(repository, all) });
}

/** With more new folders at once the copy is looked at instead. */
const MOST_ASKED = 200;

async function ignoredIn(
  repository: Repository,
  folders: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  if (folders.length > MOST_ASKED) return undefined;
  if (folders.length === 0) return new Set();
  const question = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
  // Without the index none of them is tracked.
  const fields = await gitFields(withoutIndex(repository), [...question, "--", ...folders]);
  const paths = fields.filter((field) => field.endsWith("/")).map((field) => field.slice(0, -1));
  return new Set(paths.map((path) => Buffer.from(path, "latin1").toString()));
}
