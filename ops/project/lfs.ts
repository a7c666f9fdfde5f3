/** Files whose content Git LFS keeps elsewhere: the repository has a pointer, the work tree the content. */
import { createHash } from "node:crypto";
import { constants, open } from "node:fs/promises";
import { readBlobs } from "#platform/git/blobs.ts";
import type { EntryChange } from "#platform/git/entry-change.ts";
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { WHOLE_TREE } from "./byte-paths.ts";

/** What a pointer says of a content. */
export interface Pointer {
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  readonly bytes: number;
}

/** Pointers by the id of their blob. */
export type Pointers = ReadonlyMap<string, Pointer>;

/** Longest pointer in bytes, with room for the lines of extensions. */
const MAX_POINTER_BYTES = 1024;

/** @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n/;

/** The pointers among what the index has of these files. */
export async function readPointers(
  repository: Repository,
  changes: readonly EntryChange[],
): Promise<Pointers> {
  const ids = changes.filter(({ oldMode }) => oldMode.startsWith("100")).map(({ oldId }) => oldId);
  const small = await smallBlobs(repository, [...new Set(ids)]);
  const blobs = await readBlobs(repository, small);
  const pointers = new Map<string, Pointer>();
  for (const [id, content] of blobs) {
    const [, digest, bytes] = POINTER.exec(new TextDecoder().decode(content)) ?? [];
    if (digest !== undefined) pointers.set(id, { digest, bytes: Number(bytes) });
  }
  return pointers;
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** How much of a file is read at once, in bytes. */
const PIECE_BYTES = 1024 * 1024;

/** Whether a file is what a pointer stands for, so that nothing changed. */
export async function isContentOf(pointer: Pointer, path: Buffer): Promise<boolean> {
  // A FIFO would hold the process for good.
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
  await using file = await open(path, flags).catch(() => undefined);
  const entry = await file?.stat();
  if (file === undefined || entry?.isFile() !== true || entry.size !== pointer.bytes) return false;
  const hash = createHash("sha256");
  const piece = new Uint8Array(PIECE_BYTES);
  for (let rest = pointer.bytes; rest > 0; ) {
    const { bytesRead } = await file.read(piece, 0, Math.min(rest, PIECE_BYTES));
    if (bytesRead === 0) return false;
    hash.update(piece.subarray(0, bytesRead));
    rest -= bytesRead;
  }
  return hash.digest("hex") === pointer.digest;
}

async function smallBlobs(
  repository: Repository,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const { stdout } = await gitRaw(repository, ["cat-file", "--batch-check"], {
    ...WHOLE_TREE,
    stdin: `${ids.join("\n")}\n`,
  });
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.flatMap((line) => {
    const [, id = "", bytes] = /^([0-9a-f]+) blob (\d+)$/.exec(line) ?? [];
    return bytes !== undefined && Number(bytes) <= MAX_POINTER_BYTES ? [id] : [];
  });
}
