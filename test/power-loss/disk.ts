/** What a disk may hold after the power went: everything synced, and any part of what was not. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

/** One thing that was done to a file, or a mark between such things. */
export type Operation =
  | {
      readonly type: "write";
      readonly file: string;
      readonly offset: number;
      readonly data: Uint8Array;
    }
  | { readonly type: "truncate"; readonly file: string; readonly size: number }
  | { readonly type: "sync"; readonly file: string }
  | { readonly type: "mark"; readonly number: number };

const HEADER_BYTES = 24;

/** Reads what `shim.c` wrote; a last operation that was cut off was not done. */
export function readTrace(path: string): readonly Operation[] {
  const bytes = readFileSync(path);
  const operations: Operation[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const op = String.fromCharCode(bytes.readUInt8(at));
    const pathLength = bytes.readUInt32LE(at + 4);
    const offset = Number(bytes.readBigUInt64LE(at + 8));
    const length = Number(bytes.readBigUInt64LE(at + 16));
    const from = at + HEADER_BYTES + pathLength;
    const file = bytes.toString("utf8", at + HEADER_BYTES, from);
    at = op === "w" ? from + length : from;
    if (at > bytes.length) break;
    if (isRebuilt(file)) continue;
    if (op === "w") {
      operations.push({ type: "write", file, offset, data: bytes.subarray(from, at) });
    } else if (op === "t") operations.push({ type: "truncate", file, size: offset });
    else if (op === "s") operations.push({ type: "sync", file });
    else operations.push({ type: "mark", number: offset });
  }
  return operations;
}

/** The files of a folder, by name. */
export type Disk = ReadonlyMap<string, Uint8Array>;

export function readDisk(folder: string): Disk {
  const names = readdirSync(folder).filter((name) => !isRebuilt(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

/** What SQLite keeps in memory that processes share, and makes anew out of the log at every start. */
function isRebuilt(name: string): boolean {
  return name.endsWith("-shm");
}

export function writeDisk(disk: Disk, folder: string): void {
  mkdirSync(folder);
  for (const [name, bytes] of disk) writeFileSync(join(folder, name), bytes);
}

/** Devices write sectors whole; of a longer write any of them may be missing. */
const SECTOR_BYTES = 512;

/**
 * The disk after some operations and a loss of power.
 *
 * @param survives asked for every sector that was written and not synced, and for every truncation.
 */
export function afterPowerLoss(
  before: Disk,
  operations: readonly Operation[],
  survives: () => boolean,
): Disk {
  const files = new Map([...before].map(([name, bytes]) => [name, new GrowingFile(bytes)]));
  const fileOf = (name: string): GrowingFile => {
    const file = files.get(name) ?? new GrowingFile(new Uint8Array());
    files.set(name, file);
    return file;
  };
  const unsynced = unsyncedOf(operations);
  for (const operation of operations) {
    if (operation.type === "mark" || operation.type === "sync") continue;
    const isSafe = !unsynced.has(operation);
    for (const part of isSafe ? [operation] : sectorsOf(operation)) {
      if (isSafe || survives()) fileOf(operation.file).apply(part);
    }
  }
  return new Map([...files].map(([name, file]) => [name, file.bytes]));
}

type Change = Extract<Operation, { readonly type: "write" | "truncate" }>;

/** A write in the parts that a device writes whole. */
function sectorsOf(change: Change): readonly Change[] {
  if (change.type === "truncate") return [change];
  const { offset, data } = change;
  const sectors: Change[] = [];
  for (let from = 0; from < data.length; from += SECTOR_BYTES) {
    const part = data.subarray(from, from + SECTOR_BYTES);
    sectors.push({ ...change, offset: offset + from, data: part });
  }
  return sectors;
}

/** What stands behind the last sync of its file. */
function unsyncedOf(operations: readonly Operation[]): ReadonlySet<Operation> {
  const synced = new Set<string>();
  const found = new Set<Operation>();
  for (const operation of operations.toReversed()) {
    if (operation.type === "sync") synced.add(operation.file);
    else if (operation.type !== "mark" && !synced.has(operation.file)) found.add(operation);
  }
  return found;
}

/** Where the power goes, and what decides about each sector then: reproducible from a seed. */
export interface Loss {
  /** How many operations were done. */
  readonly after: number;
  readonly survives: () => boolean;
}

/** @param length of the trace. Of every four losses one keeps nothing that was not synced. */
export function losses(length: number, count: number, seed: number): readonly Loss[] {
  const arbitrary = fc.tuple(fc.nat(length), fc.nat(3), fc.integer());
  return fc.sample(arbitrary, { seed, numRuns: count }).map(([after, kind, own]) => {
    if (kind === 0) return { after, survives: () => false };
    const random = coin(own);
    return { after, survives: random };
  });
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator (the constants of Numerical Recipes) */
function coin(seed: number): () => boolean {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 31 === 1;
  };
}

class GrowingFile {
  #bytes: Uint8Array;
  #size: number;

  constructor(bytes: Uint8Array) {
    // A copy: `slice` of a Buffer would be a view of what other losses begin with.
    this.#bytes = Uint8Array.from(bytes);
    this.#size = bytes.length;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  apply(change: Change): void {
    if (change.type === "write") this.#write(change.offset, change.data);
    else this.#truncate(change.size);
  }

  #write(offset: number, data: Uint8Array): void {
    this.#reserve(offset + data.length);
    this.#bytes.set(data, offset);
    this.#size = Math.max(this.#size, offset + data.length);
  }

  #truncate(size: number): void {
    this.#reserve(size);
    // What is beyond reads as zeros when the file grows again.
    this.#bytes.fill(0, size, Math.max(size, this.#size));
    this.#size = size;
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const larger = new Uint8Array(size * 2);
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
