/** The suite that main brings: no candidate can change what it is measured by. */
import { basename } from "node:path";
import { readBlobs } from "#platform/git/blobs.ts";
import { gitRaw } from "#platform/git/raw.ts";
import { readTreeEntries } from "#platform/git/tree-entries.ts";
import type { Repository } from "#platform/git/wrapper.ts";

const FOLDER = "fitness/suites/";

/** @param commit of main. @returns the files of the suite by name; none where main has no suite. */
export async function readSuite(
  repository: Repository,
  commit: string,
): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await gitRaw(repository, ["ls-tree", "-z", "--full-tree", commit, FOLDER]);
  const entries = readTreeEntries(stdout).flatMap(({ path, objectId, mode }) =>
    path === undefined || mode !== "100644" ? [] : [{ name: basename(path), objectId }],
  );
  const blobs = await readBlobs(
    repository,
    entries.map(({ objectId }) => objectId),
  );
  return new Map(
    entries.map(({ name, objectId }) => [name, new TextDecoder().decode(blobs.get(objectId))]),
  );
}
