/** Contents of many files of a repository at once. */
import { type LooseObject, LooseObjects } from "./loose-objects.ts";
import { gitRaw, gitText } from "./raw.ts";
import type { Repository } from "./wrapper.ts";

/**
 * @param ids of blobs.
 * @returns the bytes by id.
 */
export async function readBlobs(
  repository: Repository,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  signal?.throwIfAborted();
  const loose = looseAmong(repository, ids);
  const blobs = new Map<string, Uint8Array>();
  for (const [id, { kind, bytes }] of loose) if (kind === "blob") blobs.set(id, bytes);
  const others = ids.filter((id) => !blobs.has(id));
  if (others.length === 0) return blobs;
  const { stdout } = await gitRaw(repository, ["cat-file", "--batch"], {
    stdin: `${others.join("\n")}\n`,
    signal,
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

/** Largest file in bytes that is looked into by default. No window holds more. */
export const MAX_FILE_BYTES: number = 8 * 1024 * 1024;

/** What {@link readSmallBlobs} reads at most. */
export interface BlobLimits {
  /** Largest blob in bytes. @default 8 MiB */
  readonly maxEach?: number;
  /** Most bytes of all of them together. @default 48 MiB */
  readonly maxAll?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The contents of files by their ids, each once; what is missing or too large is left out, and what comes after too much.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function readSmallBlobs(
  repository: Repository,
  ids: readonly string[],
  limits: BlobLimits = {},
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { maxEach = MAX_FILE_BYTES, maxAll = 48 * 1024 * 1024, signal } = limits;
  const sizes = await blobSizes(repository, ids, signal);
  let remainingBytes = maxAll;
  const small = [...sizes].flatMap(([id, bytes]) => {
    if (bytes > maxEach || bytes > remainingBytes) return [];
    remainingBytes -= bytes;
    return [id];
  });
  return await readBlobs(repository, small, signal);
}

/**
 * @param ids of objects.
 * @returns bytes by id, each once and in their order; infinite for what is missing.
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function blobSizes(
  repository: Repository,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  signal?.throwIfAborted();
  const uniqueIds = [...new Set(ids)];
  const loose = looseAmong(repository, uniqueIds);
  const others = uniqueIds.filter((id) => !loose.has(id));
  const gitSizes = others.length === 0 ? undefined : await askSizes(repository, others, signal);
  return new Map(
    uniqueIds.map(
      (id) => [id, loose.get(id)?.bytes.length ?? gitSizes?.get(id) ?? Infinity] as const,
    ),
  );
}

async function askSizes(
  repository: Repository,
  requestedIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const format = "--batch-check=%(objectname) %(objectsize)";
  const listing = await gitText(repository, ["cat-file", format], {
    stdin: `${requestedIds.join("\n")}\n`,
    signal,
  });
  const lines = listing.split("\n").map((line) => line.split(" "));
  // What is missing has a word instead of a number.
  return new Map(
    lines.map(([id = "", size]) => [id, /^\d+$/.test(size ?? "") ? Number(size) : Infinity]),
  );
}

/** With more of them, one Git is quicker. */
const MOST_LOOSE = 64;

/** Those that have files of their own, by id; all the others are left to Git. */
function looseAmong(
  repository: Repository,
  ids: readonly string[],
): ReadonlyMap<string, LooseObject> {
  const found = new Map<string, LooseObject>();
  if (ids.length === 0 || ids.length > MOST_LOOSE) return found;
  const objects = new LooseObjects(repository);
  for (const id of ids) {
    const object = objects.read(id);
    if (object !== undefined) found.set(id, object);
  }
  return found;
}
