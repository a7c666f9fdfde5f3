/** Files of a tree are put into a few buffers, one behind another. */
import { headsIn } from "./name-stems.ts";

const SLASH = 0x2f;
/** A flag: the file before may be in another folder. */
export const TURN = 1;
/** A flag: it is a test, or lies beside tests. */
export const TEST = 2;

/** In one name. */
const LIKELY_WORDS = 3;

/** The files of a tree. */
export interface Packed {
  /** The paths without anything between them, in the order of their bytes. */
  readonly paths: Buffer;
  /** Where each path begins, and where the last one ends. */
  readonly starts: Uint32Array;
  /** How much of each path is its folder, with the slash. */
  readonly folders: Uint16Array;
  /** Of each file {@link TURN} and {@link TEST}. */
  readonly flags: Uint8Array;
  /** Of the words in each name the first letters, and where those of a name begin, and the last ones end. */
  readonly heads: Uint16Array;
  readonly headStarts: Uint32Array;
  /** Ids of blobs, each of `idBytes`, but for those in `newIds`. */
  readonly ids: Buffer;
  /** By index, in digits: a turn changes a few files, and a copy of all ids for each would be left to collect. */
  readonly newIds: ReadonlyMap<number, string>;
  readonly idBytes: number;
  readonly priors: Float32Array;
}

/** Fills buffers that grow. */
export class FilesWriter {
  readonly #idBytes: number;
  #paths: Buffer<ArrayBuffer>;
  #starts: Uint32Array<ArrayBuffer>;
  #folders: Uint16Array<ArrayBuffer>;
  #flags: Uint8Array<ArrayBuffer>;
  #heads: Uint16Array<ArrayBuffer>;
  #headStarts: Uint32Array<ArrayBuffer>;
  #ids: Buffer<ArrayBuffer>;
  #priors: Float32Array<ArrayBuffer>;
  #count = 0;
  #end = 0;
  #headEnd = 0;
  #isTurn: boolean = true;

  /** @param bytes of all paths, and `count` of them, as far as it is known. */
  constructor(idBytes: number, bytes: number, count: number) {
    const room = count + 16;
    this.#idBytes = idBytes;
    this.#paths = Buffer.allocUnsafeSlow(bytes + 1024);
    this.#starts = new Uint32Array(room + 1);
    this.#folders = new Uint16Array(room);
    this.#flags = new Uint8Array(room);
    this.#heads = new Uint16Array(room * LIKELY_WORDS);
    this.#headStarts = new Uint32Array(room + 1);
    this.#ids = Buffer.allocUnsafeSlow(room * idBytes);
    this.#priors = new Float32Array(room);
  }

  /** The next path, which {@link describe} completes. */
  add(bytes: Buffer, from: number, to: number): void {
    this.#makeRoom(to - from, 1);
    bytes.copy(this.#paths, this.#end, from, to);
    const slash = bytes.lastIndexOf(SLASH, to - 1);
    const name = slash < from ? from : slash + 1;
    this.#folders[this.#count] = name - from;
    headsIn(bytes, [name, to], this.#addHead);
    this.#flags[this.#count] = this.#isTurn ? TURN : 0;
    this.#isTurn = false;
    this.#end += to - from;
  }

  /** @param digits of the id of its blob, from an offset on. */
  describe(
    digits: Buffer,
    from: number,
    { prior, isTest }: { readonly prior: number; readonly isTest: boolean },
  ): void {
    if (isTest) this.#flags[this.#count] = (this.#flags[this.#count] ?? 0) | TEST;
    // Without a text of it: 200,000 of those would be left to collect.
    for (
      let [at, to] = [from, this.#count * this.#idBytes];
      at < from + 2 * this.#idBytes;
      at += 2
    ) {
      this.#ids[to] = (digitOf(digits[at]) << 4) | digitOf(digits[at + 1]);
      to += 1;
    }
    this.#priors[this.#count] = prior;
    this.#count += 1;
    this.#starts[this.#count] = this.#end;
    this.#headStarts[this.#count] = this.#headEnd;
  }

  readonly #addHead = (head: number): void => {
    if (this.#headEnd === this.#heads.length) this.#makeHeadRoom(1);
    this.#heads[this.#headEnd] = head;
    this.#headEnd += 1;
  };

  /** The next file may be in another folder. */
  turn(): void {
    this.#isTurn = true;
  }

  /** Takes over the files of a range. */
  copy(packed: Packed, from: number, to: number): void {
    const { paths, starts, folders, flags, heads, headStarts, ids, newIds, priors } = packed;
    if (to <= from) return;
    const [first = 0, last = 0] = [starts[from], starts[to]];
    this.#makeRoom(last - first, to - from);
    const [idBytes, count] = [this.#idBytes, this.#count];
    this.#paths.set(paths.subarray(first, last), this.#end);
    this.#folders.set(folders.subarray(from, to), count);
    this.#flags.set(flags.subarray(from, to), count);
    if (this.#isTurn) this.#flags[count] = (this.#flags[count] ?? 0) | TURN;
    this.#isTurn = false;
    this.#ids.set(ids.subarray(from * idBytes, to * idBytes), count * idBytes);
    for (const [index, id] of newIds) {
      if (index < from || index >= to) continue;
      this.#ids.write(id, (count + index - from) * idBytes, idBytes, "hex");
    }
    this.#priors.set(priors.subarray(from, to), count);
    const [firstHead = 0, lastHead = 0] = [headStarts[from], headStarts[to]];
    this.#makeHeadRoom(lastHead - firstHead);
    this.#heads.set(heads.subarray(firstHead, lastHead), this.#headEnd);
    const [shift, headShift] = [this.#end - first, this.#headEnd - firstHead];
    for (let index = from + 1; index <= to; index += 1) {
      this.#starts[count + index - from] = (starts[index] ?? 0) + shift;
      this.#headStarts[count + index - from] = (headStarts[index] ?? 0) + headShift;
    }
    this.#count += to - from;
    this.#end += last - first;
    this.#headEnd += lastHead - firstHead;
  }

  packed(): Packed {
    const count = this.#count;
    return {
      paths: this.#paths.subarray(0, this.#end),
      starts: this.#starts.subarray(0, count + 1),
      folders: this.#folders.subarray(0, count),
      flags: this.#flags.subarray(0, count),
      heads: this.#heads.subarray(0, this.#headEnd),
      headStarts: this.#headStarts.subarray(0, count + 1),
      ids: this.#ids.subarray(0, count * this.#idBytes),
      newIds: new Map(),
      idBytes: this.#idBytes,
      priors: this.#priors.subarray(0, count),
    };
  }

  /** What was outgrown is given back at once, and not when it is collected. */
  #makeRoom(bytes: number, count: number): void {
    if (this.#end + bytes > this.#paths.length) {
      this.#paths = Buffer.from(this.#paths.buffer.transfer(2 * (this.#end + bytes)));
    }
    if (this.#count + count <= this.#priors.length) return;
    const room = 2 * (this.#count + count);
    this.#ids = Buffer.from(this.#ids.buffer.transfer(room * this.#idBytes));
    this.#starts = new Uint32Array(this.#starts.buffer.transfer(4 * (room + 1)));
    this.#headStarts = new Uint32Array(this.#headStarts.buffer.transfer(4 * (room + 1)));
    this.#folders = new Uint16Array(this.#folders.buffer.transfer(2 * room));
    this.#flags = new Uint8Array(this.#flags.buffer.transfer(room));
    this.#priors = new Float32Array(this.#priors.buffer.transfer(4 * room));
  }

  #makeHeadRoom(count: number): void {
    if (this.#headEnd + count <= this.#heads.length) return;
    this.#heads = new Uint16Array(this.#heads.buffer.transfer(4 * (this.#headEnd + count)));
  }
}

/** @param digit of base 16, as Git writes them. */
function digitOf(digit = 0x30): number {
  return digit <= 0x39 ? digit - 0x30 : digit - 0x61 + 10;
}
