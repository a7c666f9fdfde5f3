/** The words of a task in what files hold: a message that a user quotes stands in no name. */
import { blobSizes, readBlobs } from "#platform/git/blobs.ts";
import { readCheckedOut } from "#platform/git/checked-out.ts";
import { mayBeText } from "./file-prior.ts";
import type { TreeFile } from "./packed-files.ts";
import type { TaskTerms } from "./task-terms.ts";
import type { TreeRequest } from "./tree-files.ts";

/** Larger files are data for the most part. */
const MAX_EACH = 64 * 1024;
/** What is searched for one question, in bytes. */
const MAX_ALL = 1024 * 1024;
/** What is cached of those before. */
const MAX_CACHED_BYTES = 8 * 1024 * 1024;

/** So many sizes are remembered: also of what was not read, so that it is not asked for at each question. */
const MOST_SIZES = 10_000;

/** By blob. The blob of the latest request stands last. */
const cached = new Map<string, Uint8Array>();
const sizes = new Map<string, number>();
let cachedBytes = 0;

/**
 * The bytes of small files: those that are cached, those that the work tree has, and the others from Git in one pass.
 *
 * @returns without files that are too large, missing, made by programs or no text, and those behind the limit of all.
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function fileContents(
  { repository, signal }: TreeRequest,
  files: readonly TreeFile[],
): Promise<ReadonlyMap<TreeFile, Uint8Array>> {
  const candidates = files.filter(({ path, prior }) => prior >= 0 && mayBeText(path));
  const unread = candidates.filter(
    ({ id }) => !(cached.has(id) || (sizes.get(id) ?? 0) > MAX_EACH),
  );
  const limits = { maxEach: MAX_EACH, maxAll: MAX_ALL };
  const checkedOut = await readCheckedOut(repository, unread, limits);
  for (const [id, bytes] of checkedOut) sizes.set(id, bytes.length);
  const unknown = candidates.map(({ id }) => id).filter((id) => !sizes.has(id));
  for (const [id, bytes] of await blobSizes(repository, unknown, signal)) {
    // What is missing may come, or be in another repository.
    if (Number.isFinite(bytes)) sizes.set(id, bytes);
  }
  let remaining = MAX_ALL;
  const chosen = candidates.filter(({ id }) => {
    const bytes = sizes.get(id) ?? Infinity;
    if (bytes > MAX_EACH || bytes > remaining) return false;
    remaining -= bytes;
    return true;
  });
  const isMissing = (id: string) => !(cached.has(id) || checkedOut.has(id));
  const missing = chosen.map(({ id }) => id).filter(isMissing);
  const read = await readBlobs(repository, [...new Set(missing)], signal);
  const contents = new Map<TreeFile, Uint8Array>();
  for (const file of chosen) {
    const bytes = cached.get(file.id) ?? checkedOut.get(file.id) ?? read.get(file.id);
    if (bytes === undefined) continue;
    keep(file.id, bytes);
    if (!bytes.includes(0)) contents.set(file, bytes);
  }
  cut(sizes, MOST_SIZES);
  return contents;
}

function keep(id: string, bytes: Uint8Array): void {
  if (cached.delete(id)) cachedBytes -= bytes.length;
  cached.set(id, bytes);
  cachedBytes += bytes.length;
  for (const [oldest, old] of cached) {
    if (cachedBytes <= MAX_CACHED_BYTES) break;
    cached.delete(oldest);
    cachedBytes -= old.length;
  }
}

/** The oldest go first. */
function cut(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) break;
    map.delete(key);
  }
}

/** Shorter ones stand in everything, in bytes. */
const SHORTEST = 3;
/** So much longer than the stem a word may be, in bytes: "discount", "discounted". */
const LONGEST_END = 4;
const LONGEST_WORD = 64;
const PRIME = 0x01000193;
const BASIS = 0x811c9dc5;

const [OTHER, SMALL, LARGE] = [0, 1, 2];
/** Of each byte; those of other scripts are letters. */
const KINDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80 || (byte >= 0x61 && byte <= 0x7a)) return SMALL;
  return byte >= 0x41 && byte <= 0x5a ? LARGE : OTHER;
});
const NONE: ReadonlyMap<string, number> = new Map();

/** What the words of a task come to in one file. */
export interface FoundInside {
  /** How often each stem of the task is there. */
  readonly stems: ReadonlyMap<string, number>;
  /** How many of the task's quotations are there to the letter. */
  readonly quoted: number;
}

/** Finds the words of a task in bytes, without making strings of them. */
export class WordSearch {
  readonly #quotations: readonly string[];
  readonly #stems = new Map<number, string>();
  /** Most words have none of these in their lowest bits. */
  readonly #mayBe: Uint8Array = new Uint8Array(1 << 16);
  readonly #hashes: Int32Array = new Int32Array(LONGEST_WORD + 1);

  constructor({ stems, quotations }: Pick<TaskTerms, "stems" | "quotations">) {
    this.#quotations = quotations;
    for (const one of stems) {
      // A stem may end in another letter than its word.
      const bytes = new TextEncoder().encode(one.replace(/(?<=..)[ly]$/, ""));
      if (bytes.length < SHORTEST) continue;
      const hash = bytes.reduce(hashed, BASIS);
      this.#stems.set(hash, one);
      this.#mayBe[hash & 0xffff] = 1;
    }
  }

  /** @param bytes of a text in UTF-8. */
  in(bytes: Uint8Array): FoundInside {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const quoted = this.#quotations.filter((one) => text.includes(one)).length;
    return { stems: this.#stems.size === 0 ? NONE : this.#stemsIn(bytes), quoted };
  }

  /** A large letter behind a small one begins a word. */
  #stemsIn(bytes: Uint8Array): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    let length = 0;
    let hash = BASIS;
    let wasSmall = false;
    for (let at = 0; at <= bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      const kind = KINDS[byte];
      if (length > 0 && (kind === OTHER || (kind === LARGE && wasSmall))) {
        this.#end(length, found);
        length = 0;
        hash = BASIS;
      }
      wasSmall = kind === SMALL;
      if (kind === OTHER) continue;
      hash = hashed(hash, kind === LARGE ? byte | 0x20 : byte);
      if (length < LONGEST_WORD) length += 1;
      this.#hashes[length] = hash;
    }
    return found;
  }

  #end(length: number, found: Map<string, number>): void {
    const shortest = Math.max(SHORTEST, length - LONGEST_END);
    for (let at = length; at >= shortest; at -= 1) {
      const hash = this.#hashes[at] ?? 0;
      if (this.#mayBe[hash & 0xffff] === 0) continue;
      const one = this.#stems.get(hash);
      if (one === undefined) continue;
      found.set(one, (found.get(one) ?? 0) + 1);
      return;
    }
  }
}

function hashed(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, PRIME);
}
