/** The files of a tree in a few buffers: 200,000 of them as objects would take a hundred megabytes. */
import { isTest, priorOf } from "./file-prior.ts";
import { FilesWriter, type Packed, TEST, TURN } from "./files-writer.ts";

/** A regular file of a tree. */
export interface TreeFile {
  readonly path: string;
  /** Of its blob. */
  readonly id: string;
  /** How likely it matters, whatever the task; below 0: programs made it. */
  readonly prior: number;
}

/** With more ids beside the list it is made anew. */
const MOST_NEW_IDS = 1000;

/** Looks at a part of bytes. */
export type Look<T> = (bytes: Buffer, start: number, end: number) => T;

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

  /** Whether a word of the name has one of these heads, which {@link headsIn} gives. */
  hasHeadAt(index: number, isSearched: Uint8Array): boolean {
    const { heads, headStarts } = this.#packed;
    const end = headStarts[index + 1] ?? 0;
    for (let at = headStarts[index] ?? 0; at < end; at += 1) {
      if (isSearched[heads[at] ?? 0] === 1) return true;
    }
    return false;
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
    return new TreeFiles(writer.packed());
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
