/** The files of a tree in a few buffers: 200,000 of them as objects would take a hundred megabytes. */
import { isTest, priorOf } from "./file-prior.ts";

/** A regular file of a tree. */
export interface TreeFile {
  readonly path: string;
  /** Of its blob. */
  readonly id: string;
  /** How likely it matters, whatever the task; below 0: programs made it. */
  readonly prior: number;
}

const SLASH = 0x2f;
/** The file before may be in another folder. */
const TURN = 1;
/** It is a test, or lies beside tests. */
const TEST = 2;

/** With more ids beside the list it is made anew. */
const MOST_NEW_IDS = 1000;

/** Looks at a part of bytes. */
export type Look<T> = (bytes: Buffer, start: number, end: number) => T;

interface Packed {
  /** The paths without anything between them, in the order of their bytes. */
  readonly paths: Buffer;
  /** Where each path begins, and where the last one ends. */
  readonly starts: Uint32Array;
  /** How much of each path is its folder, with the slash. */
  readonly folders: Uint16Array;
  /** Of each file {@link TURN} and {@link TEST}. */
  readonly flags: Uint8Array;
  /** Ids of blobs, each of `idBytes`, but for those in `newIds`. */
  readonly ids: Buffer;
  /** By index, in digits: a turn changes a few files, and a copy of all ids for each would be left to collect. */
  readonly newIds: ReadonlyMap<number, string>;
  readonly idBytes: number;
  readonly priors: Float32Array;
}

/** In the order of their paths, by bytes; each path once. */
export class TreeFiles {
  readonly #packed: Packed;

  constructor(packed: Packed) {
    this.#packed = packed;
  }

  get length(): number {
    return this.#packed.priors.length;
  }

  pathAt(index: number): string {
    const { paths, starts } = this.#packed;
    return paths.toString("utf8", starts[index], starts[index + 1]);
  }

  /** Whether the folder may be another one than that of the file before. */
  turnsAt(index: number): boolean {
    return ((this.#packed.flags[index] ?? 0) & TURN) !== 0;
  }

  /** Without a slash behind it; empty at the top. */
  folderAt(index: number): string {
    const { paths, starts, folders } = this.#packed;
    const [start = 0, length = 0] = [starts[index], folders[index]];
    return length === 0 ? "" : paths.toString("utf8", start, start + length - 1);
  }

  nameAt(index: number): string {
    const { paths, starts, folders } = this.#packed;
    return paths.toString("utf8", (starts[index] ?? 0) + (folders[index] ?? 0), starts[index + 1]);
  }

  /** What a look at the name makes of its bytes. */
  inName<T>(index: number, look: Look<T>): T {
    const { paths, starts, folders } = this.#packed;
    const start = (starts[index] ?? 0) + (folders[index] ?? 0);
    return look(paths, start, starts[index + 1] ?? start);
  }

  /** Likewise of the folder, with the slash behind it. */
  inFolder<T>(index: number, look: Look<T>): T {
    const { paths, starts, folders } = this.#packed;
    const start = starts[index] ?? 0;
    return look(paths, start, start + (folders[index] ?? 0));
  }

  isTestAt(index: number): boolean {
    return ((this.#packed.flags[index] ?? 0) & TEST) !== 0;
  }

  priorAt(index: number): number {
    return this.#packed.priors[index] ?? 0;
  }

  at(index: number): TreeFile {
    const { ids, newIds, idBytes } = this.#packed;
    const id = newIds.get(index) ?? ids.toString("hex", index * idBytes, (index + 1) * idBytes);
    return { path: this.pathAt(index), id, prior: this.priorAt(index) };
  }

  /** @returns `undefined` when there is no such file. */
  find(path: string): TreeFile | undefined {
    const bytes = Buffer.from(path);
    const index = this.#from(bytes);
    return this.#is(index, bytes) ? this.at(index) : undefined;
  }

  /** The first index behind all paths that begin so. @param from the index of the first of them */
  endOf(prefix: Buffer, from: number): number {
    const { paths, starts } = this.#packed;
    let [low, high] = [from, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = starts[middle] ?? 0;
      const end = Math.min(starts[middle + 1] ?? 0, start + prefix.length);
      if (paths.compare(prefix, 0, prefix.length, start, end) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** @param changes ids by path, `undefined` for a file that is gone; what they do not name stays. */
  changed(changes: ReadonlyMap<string, string | undefined>): TreeFiles {
    return this.#withIds(changes) ?? this.#anew(changes);
  }

  /** Where no path comes or goes, and not many ids are others, all but those is shared. */
  #withIds(changes: ReadonlyMap<string, string | undefined>): TreeFiles | undefined {
    const newIds = new Map(this.#packed.newIds);
    for (const [path, id] of changes) {
      const bytes = Buffer.from(path);
      const index = this.#from(bytes);
      if (id === undefined || !this.#is(index, bytes)) return undefined;
      newIds.set(index, id);
    }
    return newIds.size > MOST_NEW_IDS ? undefined : new TreeFiles({ ...this.#packed, newIds });
  }

  #anew(changes: ReadonlyMap<string, string | undefined>): TreeFiles {
    const sorted = [...changes]
      .map(([path, id]) => ({ bytes: Buffer.from(path), path, id }))
      .sort((one, other) => one.bytes.compare(other.bytes));
    const { paths, idBytes } = this.#packed;
    // Of an empty tree it is not known how long ids are.
    const ofNew = (sorted.find(({ id }) => id !== undefined)?.id?.length ?? 0) / 2;
    const writer = new FilesWriter(this.length > 0 ? idBytes : ofNew, paths.length, this.length);
    let next = 0;
    for (const { bytes, path, id } of sorted) {
      const index = this.#from(bytes);
      writer.copy(this.#packed, next, index);
      next = this.#is(index, bytes) ? index + 1 : index;
      if (id !== undefined) {
        writer.add(bytes, 0, bytes.length);
        writer.describe(Buffer.from(id, "latin1"), 0, {
          prior: priorOf(path),
          isTest: isTest(path),
        });
      }
      writer.turn();
    }
    writer.copy(this.#packed, next, this.length);
    return writer.files();
  }

  /** Index of the first path that is not less. */
  #from(bytes: Buffer): number {
    const { paths, starts } = this.#packed;
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bytes.compare(paths, starts[middle], starts[middle + 1]) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #is(index: number, bytes: Buffer): boolean {
    const { paths, starts } = this.#packed;
    if (index >= this.length) return false;
    return bytes.equals(paths.subarray(starts[index], starts[index + 1]));
  }
}

/** Fills buffers that grow. */
export class FilesWriter {
  readonly #idBytes: number;
  #paths: Buffer<ArrayBuffer>;
  #starts: Uint32Array<ArrayBuffer>;
  #folders: Uint16Array<ArrayBuffer>;
  #flags: Uint8Array<ArrayBuffer>;
  #ids: Buffer<ArrayBuffer>;
  #priors: Float32Array<ArrayBuffer>;
  #count = 0;
  #end = 0;
  #isTurn: boolean = true;

  /** @param bytes of all paths, and `count` of them, as far as it is known. */
  constructor(idBytes: number, bytes: number, count: number) {
    const room = count + 16;
    this.#idBytes = idBytes;
    this.#paths = Buffer.allocUnsafeSlow(bytes + 1024);
    this.#starts = new Uint32Array(room + 1);
    this.#folders = new Uint16Array(room);
    this.#flags = new Uint8Array(room);
    this.#ids = Buffer.allocUnsafeSlow(room * idBytes);
    this.#priors = new Float32Array(room);
  }

  /** The next path, which {@link describe} completes. */
  add(bytes: Buffer, from: number, to: number): void {
    this.#makeRoom(to - from, 1);
    bytes.copy(this.#paths, this.#end, from, to);
    const slash = bytes.lastIndexOf(SLASH, to - 1);
    this.#folders[this.#count] = slash < from ? 0 : slash + 1 - from;
    this.#flags[this.#count] = this.#isTurn ? TURN : 0;
    this.#isTurn = false;
    this.#end += to - from;
  }

  /** @param digits of the id of its blob, from a place on. */
  describe(
    digits: Buffer,
    from: number,
    { prior, isTest }: Pick<TreeFile, "prior"> & { readonly isTest: boolean },
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
  }

  /** The next file may be in another folder. */
  turn(): void {
    this.#isTurn = true;
  }

  /** Takes over the files of a range. */
  copy(packed: Packed, from: number, to: number): void {
    const { paths, starts, folders, flags, ids, newIds, priors } = packed;
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
    const shift = this.#end - first;
    for (let index = from + 1; index <= to; index += 1) {
      this.#starts[count + index - from] = (starts[index] ?? 0) + shift;
    }
    this.#count += to - from;
    this.#end += last - first;
  }

  files(): TreeFiles {
    const count = this.#count;
    return new TreeFiles({
      paths: this.#paths.subarray(0, this.#end),
      starts: this.#starts.subarray(0, count + 1),
      folders: this.#folders.subarray(0, count),
      flags: this.#flags.subarray(0, count),
      ids: this.#ids.subarray(0, count * this.#idBytes),
      newIds: new Map(),
      idBytes: this.#idBytes,
      priors: this.#priors.subarray(0, count),
    });
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
    this.#folders = new Uint16Array(this.#folders.buffer.transfer(2 * room));
    this.#flags = new Uint8Array(this.#flags.buffer.transfer(room));
    this.#priors = new Float32Array(this.#priors.buffer.transfer(4 * room));
  }
}

/** @param digit of base 16, as Git writes them. */
function digitOf(digit = 0x30): number {
  return digit <= 0x39 ? digit - 0x30 : digit - 0x61 + 10;
}
