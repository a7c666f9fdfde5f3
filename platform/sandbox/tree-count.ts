/** Adds up what lies in a folder that a program can change meanwhile. It is done in parts, so that nothing waits for it. */
import { closeSync, constants, openSync } from "node:fs";
import { isOutOfFiles } from "#core/errors.ts";
import { errnoOf } from "../files.ts";
import { addressOf, openEntry, readEntries, statEntry } from "../libc.ts";

/**
 * So many folders in one another count as too much. People make up to 60; each takes a descriptor while it is counted, and
 * all that Git and others do by path ends at 2,000.
 */
export const MOST_LEVELS = 256;

export interface CountLimits {
  readonly bytes: number;
  /** Names: a file with several counts for each. */
  readonly files: number;
}

/**
 * Behind "counting" comes an end: "less" is within the limits; "closed" too, but of folders that are closed to us nothing is
 * known; "unknown" where this process had no descriptors left.
 */
export type CountState = "counting" | "less" | "closed" | "over" | "unknown";

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const GONE: readonly string[] = ["ENOENT", "ENOTDIR", "ELOOP"];
const BLOCK_BYTES = 512;
/** After so many entries the clock is looked at. */
const ENTRIES_PER_TURN = 64;

/** Counts what changed since a moment. */
export class TreeCount implements Disposable {
  bytes = 0;
  files = 0;
  readonly #most: CountLimits;
  readonly #sinceMs: number;
  /** Files with several names, whose bytes count once. */
  readonly #linked = new Set<bigint>();
  /** From the outermost folder to the one that is being read. */
  readonly #open: OpenFolder[] = [];
  readonly #entry = new EntryStat();
  #state: CountState = "counting";
  #isClosed = false as boolean;

  /** @param sinceMs in milliseconds since 1970; 0 counts everything. */
  constructor(path: string, most: CountLimits, sinceMs: number) {
    this.#most = most;
    this.#sinceMs = sinceMs;
    this.#enter(Buffer.from(path));
  }

  /**
   * Goes on, never throws, and follows no link: folders are opened from the folder they lie in, whatever a program puts in
   * their places.
   *
   * @param untilMs of `performance.now()`; it goes on a little longer.
   */
  goOn(untilMs: number): CountState {
    do this.#turn();
    while (this.#state === "counting" && performance.now() < untilMs);
    if (this.#state !== "counting") this[Symbol.dispose]();
    return this.#state;
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#open.splice(0)) closeSync(fd);
  }

  #turn(): void {
    for (let count = 0; count < ENTRIES_PER_TURN && this.#state === "counting"; count += 1) {
      const folder = this.#open.at(-1);
      if (folder === undefined) this.#state = this.#isClosed ? "closed" : "less";
      else if (!folder.next()) this.#leave();
      else this.#add(folder);
    }
  }

  #add(folder: OpenFolder): void {
    const entry = this.#entry;
    if (!entry.read(folder)) return;
    const isNew = entry.changedMs >= this.#sinceMs;
    if (isNew) this.#count(entry);
    if (this.#state !== "counting" || !entry.isFolder) return;
    if (this.#open.length < MOST_LEVELS) this.#enter(folder.name, folder);
    // What was too deep before is not this program's.
    else if (isNew) this.#state = "over";
  }

  #count(entry: EntryStat): void {
    this.files += 1;
    const isKnown = entry.links > 1 && !entry.isFolder && this.#linked.has(entry.inode);
    if (!isKnown) this.bytes += entry.blocks * BLOCK_BYTES;
    if (entry.links > 1 && !entry.isFolder) this.#linked.add(entry.inode);
    if (this.bytes > this.#most.bytes || this.files > this.#most.files) this.#state = "over";
  }

  #enter(name: Buffer, parent?: OpenFolder): void {
    try {
      this.#open.push(new OpenFolder(openFolder(name, parent)));
    } catch (error) {
      if (isOutOfFiles(error)) this.#state = "unknown";
      else if (!GONE.includes(errnoOf(error))) this.#isClosed = true;
    }
  }

  #leave(): void {
    const folder = this.#open.pop();
    if (folder !== undefined) closeSync(folder.fd);
  }
}

function openFolder(name: Buffer, parent: OpenFolder | undefined): number {
  if (parent === undefined) return openSync(name, FOLDER_FLAGS);
  const fd = openEntry(parent.fd, parent.nameAddress, FOLDER_FLAGS);
  if (fd >= 0) return fd;
  // Once more, for the reason.
  return openSync(Buffer.concat([Buffer.from(`/proc/self/fd/${parent.fd}/`), name]), FOLDER_FLAGS);
}

/** Of `struct linux_dirent64`, in bytes. */
const ENTRIES_BYTES = 16 * 1024;
const LENGTH_AT = 16;
const NAME_AT = 19;

/** A folder with the entry at which its reader is. */
class OpenFolder {
  readonly fd: number;
  readonly #bytes = Buffer.allocUnsafeSlow(ENTRIES_BYTES);
  readonly #address = addressOf(this.#bytes);
  #at = 0;
  #next = 0;
  #end = 0;

  constructor(fd: number) {
    this.fd = fd;
  }

  get nameAddress(): number {
    return this.#address + this.#at + NAME_AT;
  }

  get name(): Buffer {
    const start = this.#at + NAME_AT;
    return this.#bytes.subarray(start, this.#bytes.indexOf(0, start));
  }

  /** Goes to the next entry, if there is one. */
  next(): boolean {
    do {
      if (this.#next >= this.#end) {
        this.#end = readEntries(this.fd, this.#bytes);
        this.#next = 0;
        if (this.#end <= 0) return false;
      }
      this.#at = this.#next;
      this.#next += this.#bytes.readUInt16LE(this.#at + LENGTH_AT);
    } while (this.#isDots());
    return true;
  }

  /** "." and "..". */
  #isDots(): boolean {
    const [first, second, third] = this.#bytes.subarray(this.#at + NAME_AT, this.#at + NAME_AT + 3);
    return first === DOT && (second === 0 || (second === DOT && third === 0));
  }
}

const DOT = 0x2e;

/** Of `struct statx`, in bytes. */
const STAT_BYTES = 256;
const FIELDS = {
  links: 16,
  mode: 28,
  inode: 32,
  blocks: 48,
  seconds: 96,
  nanoseconds: 104,
} as const;

/** What the kernel says of an entry; one for all of a count. */
class EntryStat {
  readonly #bytes = Buffer.allocUnsafeSlow(STAT_BYTES);

  /** Whether it is still there. */
  read(folder: OpenFolder): boolean {
    return statEntry(folder.fd, folder.nameAddress, this.#bytes);
  }

  get links(): number {
    return this.#bytes.readUInt32LE(FIELDS.links);
  }

  get isFolder(): boolean {
    return (this.#bytes.readUInt16LE(FIELDS.mode) & constants.S_IFMT) === constants.S_IFDIR;
  }

  get inode(): bigint {
    return this.#bytes.readBigUInt64LE(FIELDS.inode);
  }

  get blocks(): number {
    return Number(this.#bytes.readBigUInt64LE(FIELDS.blocks));
  }

  /** Of its content, its mode or its names, in milliseconds since 1970. */
  get changedMs(): number {
    const seconds = Number(this.#bytes.readBigInt64LE(FIELDS.seconds));
    return seconds * 1000 + this.#bytes.readUInt32LE(FIELDS.nanoseconds) / 1e6;
  }
}
