/** Contents of many files of a repository at once. */
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/**
 * @param ids of blobs.
 * @returns the bytes by id.
 */
export async function readBlobs(
  repository: Repository,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  if (ids.length === 0) return blobs;
  const { stdout } = await gitRaw(repository, ["cat-file", "--batch"], {
    stdin: `${ids.join("\n")}\n`,
  });
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(0x0a, at);
    const head = new TextDecoder().decode(stdout.subarray(at, end));
    const [, id, bytes] = /^([0-9a-f]+) blob (\d+)$/.exec(head) ?? [];
    if (end < 0 || id === undefined) throw new Error(`Not a blob: ${JSON.stringify(head)}`);
    const start = end + 1;
    blobs.set(id, stdout.subarray(start, start + Number(bytes)));
    // A line end follows the content.
    at = start + Number(bytes) + 1;
  }
  return blobs;
}
