/** Objects that are made for a repository of the user, and are not in it before it is known that it takes them. */
import { mkdir } from "node:fs/promises";
import type { Repository } from "#platform/git/wrapper.ts";
import { removeFolder } from "#platform/temporary-folder.ts";
import { pathOf } from "./git-file.ts";

/**
 * The same repository, whose new objects lie in a folder of ours until that is disposed.
 *
 * @param folder absolute path; what lies there is of a process that died, and goes.
 */
export async function objectsAside(
  repository: Repository,
  folder: string,
): Promise<AsyncDisposable & { readonly repository: Repository }> {
  const behind = await pathOf(repository, "objects");
  await removeFolder(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    repository: { ...repository, objects: { folder, behind } },
    [Symbol.asyncDispose]: () => removeFolder(folder),
  };
}
