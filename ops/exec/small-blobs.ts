import { readBlobs } from "#fitness/gate/blobs.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** Largest file in bytes that is looked into. No window holds more. */
export const MAX_FILE_BYTES: number = 8 * 1024 * 1024;
/** Most of all of them together. */
const MAX_ALL_BYTES = 48 * 1024 * 1024;

/** The contents of files by their ids, each once; what is too large is left out, and what comes after too much. */
export async function readSmallBlobs(
  repository: Repository,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const format = "--batch-check=%(objectname) %(objectsize)";
  const listing = await gitText(repository, ["cat-file", format], {
    stdin: `${wanted.join("\n")}\n`,
  });
  let left = MAX_ALL_BYTES;
  const small = listing.split("\n").flatMap((line) => {
    const [id = "", size] = line.split(" ");
    // What is missing has no number.
    const bytes = Number(size);
    if (!(bytes <= MAX_FILE_BYTES && bytes <= left)) return [];
    left -= bytes;
    return [id];
  });
  return await readBlobs(repository, small);
}
