/** The tools of a tree, read out of the repository: no file of them is ever written to a disk to be judged. */

import { readBlobs } from "#platform/git/blobs.ts";
import { readTreeEntries } from "#platform/git/tree-entries.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

const TOOL_PATH = /^tools\/generated\/([^/]+)\/([^/]+)$/;
/** Written by the gate; no part of what is judged. */
const METADATA = "metadata.json";

/** @returns each tool by its name, sorted. */
export async function readTreeTools(
  repository: Repository,
  tree: string,
): Promise<ReadonlyMap<string, ToolFolder>> {
  const listing = await treeListing(repository, tree, { below: "tools/generated" });
  const entries = readTreeEntries(listing).flatMap(({ path, objectId }) => {
    const [, tool, file] = TOOL_PATH.exec(path ?? "") ?? [];
    return tool === undefined || file === undefined || file === METADATA
      ? []
      : [{ tool, file, objectId }];
  });
  const blobs = await readBlobs(repository, [...new Set(entries.map(({ objectId }) => objectId))]);
  const tools = new Map<string, Map<string, string>>();
  for (const { tool, file, objectId } of entries) {
    const files = tools.get(tool) ?? new Map<string, string>();
    files.set(file, new TextDecoder("utf-8", { ignoreBOM: true }).decode(blobs.get(objectId)));
    tools.set(tool, files);
  }
  const folders = [...tools].map(([name, files]): [string, ToolFolder] => [name, { name, files }]);
  return new Map(folders.sort(([a], [b]) => (a < b ? -1 : 1)));
}
