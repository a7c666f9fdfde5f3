/** Contents of files out of a work tree, where it has them as a tree does. */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { readBytesFile } from "../files.ts";
import type { Repository } from "./wrapper.ts";

/** A file of a tree. */
export interface CheckedOutFile {
  /** Relative to the work tree. */
  readonly path: string;
  /** Of its blob. */
  readonly id: string;
}

/** What {@link readCheckedOut} reads at most, in bytes. */
export interface CheckedOutLimits {
  /** Largest file. */
  readonly maxEach: number;
  /** All of them together. */
  readonly maxAll: number;
}

/** Files in a row without a break for others. */
const FILES_PER_TURN = 64;
/** Of an id of SHA-1, in digits. */
const SHA1_LENGTH = 40;

/**
 * The contents of those files whose bytes give the id that is wanted, so that it does not matter what else may have been
 * written there. Git takes eight times as long for small files: it starts, and undoes a row of deltas for each.
 *
 * @returns bytes by id; without what is changed, converted, missing, too large or behind a link.
 */
export async function readCheckedOut(
  { workTree }: Repository,
  files: readonly CheckedOutFile[],
  { maxEach, maxAll }: CheckedOutLimits,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  if (workTree === undefined) return contents;
  const folders = new Map<string, boolean>();
  let remainingBytes = maxAll;
  for (const [at, { path, id }] of files.entries()) {
    if (at % FILES_PER_TURN === FILES_PER_TURN - 1) await nextTurn();
    const file = join(workTree, path);
    const folder = dirname(file);
    const isReal = folders.get(folder) ?? isRealFolder(folder);
    folders.set(folder, isReal);
    const bytes = isReal ? smallFile(file, Math.min(maxEach, remainingBytes)) : undefined;
    if (bytes === undefined || idOf(bytes, id.length) !== id) continue;
    contents.set(id, bytes);
    remainingBytes -= bytes.length;
  }
  return contents;
}

/** Behind a link there may be anything, also what acts on being opened. */
function isRealFolder(folder: string): boolean {
  try {
    return realpathSync(folder) === folder;
  } catch {
    return false;
  }
}

function smallFile(file: string, maxBytes: number): Buffer | undefined {
  try {
    const entry = lstatSync(file, { throwIfNoEntry: false });
    if (entry?.isFile() !== true || entry.size > maxBytes) return undefined;
    return readBytesFile(file);
  } catch {
    return undefined;
  }
}

function idOf(bytes: Uint8Array, length: number): string {
  const hasher = new Bun.CryptoHasher(length === SHA1_LENGTH ? "sha1" : "sha256");
  return hasher.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
