/** Files of a repository that hold a secret beyond doubt, whatever their names. */
import { holdsCertainSecret } from "#core/text/certain-secrets.ts";
import { isSample, looksSecret } from "#core/text/secret-names.ts";
import { isCode } from "#fitness/project/test-syntax.ts";
import { blobSizes, readBlobs } from "#platform/git/blobs.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** Largest file in bytes that is looked into. */
export const MOST_LOOKED_AT: number = 256 * 1024;
/** Most bytes that are read at once: between two batches the screen has its turn. */
const BATCH_BYTES = 2 * 1024 * 1024;
/** Most blobs of them. */
const BATCH_FILES = 4096;
/** Of a file that has a NUL among so many bytes Git says that it is not text. */
const BINARY_HEAD = 8000;

/** What is built into a program, or into the pages of one: without it nothing would be built and tested in the copy. */
const BUILT_IN =
  /\.(?:vue|svelte|astro|x?html?|[sp]?css|less|pl|pm|r|jl|zig|nim|clj[cs]?|l?hs|mli?|fsx?|vb|mm?|ps1|bat|cmd)$/i;
/** What is not text, and most of what is large. */
const NO_TEXT =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|svg|pdf|woff2?|[ot]tf|eot|mp[34]|m4a|mov|webm|wav|ogg|zip|[tx]?[gx]z|bz2|zst|7z|jar|war|class|so|o|a|dll|exe|wasm|pyc|bin|dat|sqlite3?|db|parquet|lockb?|map|sum|snap)$/i;

/**
 * Whether the content of a file decides if models see it. Of programs it does not: a copy without them could not be built,
 * and what is read of them is cleaned on its way to a model.
 *
 * @param path relative to the top of the repository.
 */
export function mayHoldSecret(path: string): boolean {
  if (isCode(path) || BUILT_IN.test(path) || NO_TEXT.test(path)) return false;
  return !isSample(path) && !looksSecret(path);
}

/**
 * Of these blobs, those that hold a secret. They are read in small batches; larger ones than {@link MOST_LOOKED_AT}, and
 * those that are missing, are not read.
 *
 * @param ids gone through once: those of a large repository need not be texts at the same time.
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 * @throws the reason of the signal once it aborts.
 */
export async function blobsWithSecrets(
  repository: Repository,
  ids: Iterable<string>,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const some of partsOf(ids)) {
    const sizes = await blobSizes(repository, some, signal);
    for (const batch of batchesOf(sizes)) {
      for (const [id, content] of await readBlobs(repository, batch, signal)) {
        if (isSecretContent(content)) found.add(id);
      }
    }
  }
  return found;
}

function* partsOf(ids: Iterable<string>): Generator<readonly string[]> {
  let part = new Set<string>();
  for (const id of ids) {
    part.add(id);
    if (part.size < BATCH_FILES) continue;
    yield [...part];
    part = new Set();
  }
  if (part.size > 0) yield [...part];
}

function batchesOf(sizes: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let remainingBytes = 0;
  for (const [id, size] of sizes) {
    if (size > MOST_LOOKED_AT) continue;
    remainingBytes -= size;
    if (remainingBytes < 0 || batches.length === 0) {
      batches.push([]);
      remainingBytes = BATCH_BYTES - size;
    }
    batches.at(-1)?.push(id);
  }
  return batches;
}

/** @param content all of a file. */
export function isSecretContent(content: Uint8Array): boolean {
  if (content.subarray(0, BINARY_HEAD).includes(0)) return false;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  return holdsCertainSecret(bytes.toString("latin1"));
}
