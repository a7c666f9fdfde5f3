/** Releases: trees of commits, written out once and never changed, of which one serves. */

import { existsSync } from "node:fs";
import { mkdir, open, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { PromotionPaths } from "#fitness/gate/paths.ts";
import { fileFailed, syncFolder } from "#platform/files.ts";
import { readBlobs } from "#platform/git/blobs.ts";
import { EXECUTABLE } from "#platform/git/entry-modes.ts";
import { readTreeEntries } from "#platform/git/tree-entries.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/**
 * Writes the tree of a commit to its folder. The folder has its name only when all of it is on the disk.
 *
 * @returns the folder.
 * @throws {OrgError} `FILE_FAILED` when the system refuses; nothing of it is left then.
 */
export async function writeRelease(
  repository: Repository,
  commit: string,
  { releases }: Pick<PromotionPaths, "releases">,
): Promise<string> {
  const folder = join(releases, commit);
  if (existsSync(folder)) return folder;
  const unfinished = join(releases, `.${commit}.new`);
  try {
    // What a crash left of an earlier attempt.
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    await writeTree(repository, commit, unfinished);
    await rename(unfinished, folder);
    await syncFolder(releases);
    return folder;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw fileFailed(folder, error);
  }
}

/** Makes a release the one that serves; readers see either the old one or the new one. */
export async function flipCurrent(
  commit: string,
  { releases, current }: Pick<PromotionPaths, "releases" | "current">,
): Promise<void> {
  const link = `${current}.new`;
  await rm(link, { force: true });
  await symlink(join(relative(dirname(current), releases), commit), link);
  await rename(link, current);
  await syncFolder(dirname(current));
}

/** The commit of the release that serves; absent before the first promotion. */
export async function currentRelease({
  current,
}: Pick<PromotionPaths, "current">): Promise<string | undefined> {
  const target = await readlink(current).catch(() => undefined);
  return target === undefined ? undefined : basename(target);
}

/** Writes the plain files of a commit or tree into a folder, durably. */
async function writeTree(repository: Repository, commit: string, folder: string): Promise<void> {
  const entries = readTreeEntries(await treeListing(repository, commit));
  const blobs = await readBlobs(repository, [...new Set(entries.map(({ objectId }) => objectId))]);
  const folders = new Set<string>([folder]);
  for (const { mode, objectId, path } of entries) {
    // Main's own tree is a human's; what is not a plain file has no place in a release all the same.
    if (path === undefined || !mode.startsWith("100")) continue;
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, blobs.get(objectId), mode === EXECUTABLE ? 0o755 : 0o644);
    folders.add(dirname(target));
  }
  for (const one of folders) await syncFolder(one);
}

async function writeFile(path: string, bytes: Uint8Array | undefined, mode: number): Promise<void> {
  if (bytes === undefined) throw new Error(`There is no content for ${path}`);
  await using file = await open(path, "wx", mode);
  await file.writeFile(bytes);
  await file.sync();
}
