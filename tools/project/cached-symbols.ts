/** What files define, read once for each content. */
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { mayBeText } from "./file-prior.ts";
import type { TreeFile } from "./packed-files.ts";
import { type FileSymbols, languageOf, symbolsOf } from "./symbols.ts";
import type { TreeRequest } from "./tree-files.ts";

/** Larger files are data, or were made by a program. */
const MAX_EACH = 256 * 1024;
/** What is read for one map. */
const MAX_ALL = 8 * 1024 * 1024;
/** So many contents are remembered, about 1 KB each. */
const MAX_CACHED = 8000;

/** By blob and language: the same content defines the same, in whichever repository. */
const cache = new Map<string, FileSymbols | undefined>();

/**
 * What files define: read from Git in one pass, without those that are cached.
 *
 * @param contents bytes that were read before.
 * @returns `undefined` behind a file that is too large, missing or no text.
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function cachedSymbols(
  { repository, signal }: TreeRequest,
  files: readonly TreeFile[],
  contents: ReadonlyMap<TreeFile, Uint8Array>,
): Promise<ReadonlyMap<TreeFile, FileSymbols | undefined>> {
  const missing = files.filter((file) => mayBeText(file.path) && !cache.has(keyOf(file)));
  const ids = missing.filter((file) => !contents.has(file)).map(({ id }) => id);
  const blobs = await readSmallBlobs(repository, ids, {
    maxEach: MAX_EACH,
    maxAll: MAX_ALL,
    signal,
  });
  for (const file of missing) {
    const bytes = contents.get(file) ?? blobs.get(file.id);
    // One that was left out for the sum of all may be read for the next map.
    if (bytes !== undefined) cache.set(keyOf(file), symbolsIn(file, bytes));
  }
  const found = new Map(files.map((file) => [file, cache.get(keyOf(file))]));
  // Symbols of this request go to the end, so that the oldest go first.
  for (const file of files) {
    const key = keyOf(file);
    const symbols = found.get(file);
    if (cache.delete(key)) cache.set(key, symbols);
  }
  for (const key of cache.keys()) {
    if (cache.size <= MAX_CACHED) break;
    cache.delete(key);
  }
  return found;
}

function keyOf({ path, id }: TreeFile): string {
  return `${languageOf(path) ?? ""}:${id}`;
}

function symbolsIn({ path }: TreeFile, bytes: Uint8Array): FileSymbols | undefined {
  if (bytes.includes(0)) return undefined;
  return symbolsOf(new TextDecoder().decode(bytes), languageOf(path));
}
