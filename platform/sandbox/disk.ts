/** What a program adds to the folders that it changes for good. */
import { closeSync, constants, lstatSync, opendirSync, openSync, statfsSync } from "node:fs";
import { errnoOf } from "../files.ts";
import type { WritableBind } from "./policy.ts";

/** How a folder's file system was before a program began; plain data, for another thread. */
export interface DiskBudget extends Pick<WritableBind, "maxBytes" | "maxFiles"> {
  readonly path: string;
  readonly before: DiskSpace;
  /** What changed since then may be the program's, in milliseconds since 1970. */
  readonly sinceMs: number;
}

interface DiskSpace {
  /** Bytes that are left to users. */
  readonly bytes: number;
  /** Files that can still be made; 0 where the file system has no such limit. */
  readonly files: number;
}

/** The kernel's clock of files goes on in steps of up to 10 milliseconds. */
const CLOCK_STEP_MS = 20;
const BLOCK_BYTES = 512;
/** A disk with less than this left is as good as full, whatever filled it: other programs need the rest. */
const RESERVE_BYTES: number = 512 * 1024 ** 2;
/** Between two counts the disk has lost so much more of what is allowed: others write to it, too. */
const STEP = 1 / 8;

const GONE: readonly string[] = ["ENOENT", "ENOTDIR", "ELOOP"];

/** To be made before the program begins. */
export function diskBudget({ from, maxBytes, maxFiles }: WritableBind): DiskBudget {
  const [before, sinceMs] = [spaceOf(from), Date.now() - CLOCK_STEP_MS];
  return { path: from, maxBytes, maxFiles, before, sinceMs };
}

/**
 * Watches one folder. To count its files takes time, so that this is done only once the whole disk has lost more than
 * the program may take, which costs one system call to know.
 */
export class DiskWatch {
  readonly #budget: DiskBudget;
  /** The disk's loss at which files are counted next. */
  #next: DiskSpace;

  constructor(budget: DiskBudget) {
    this.#budget = budget;
    this.#next = { bytes: budget.maxBytes, files: budget.maxFiles };
  }

  isOver(): boolean {
    const { path, before, maxBytes, maxFiles, sinceMs } = this.#budget;
    const now = spaceOf(path);
    const lost = { bytes: before.bytes - now.bytes, files: before.files - now.files };
    if (lost.bytes <= this.#next.bytes && lost.files <= this.#next.files) return false;
    if (lost.bytes > maxBytes && now.bytes < RESERVE_BYTES) return true;
    const count = new Count({ bytes: maxBytes, files: maxFiles }, sinceMs);
    if (count.isOver(path)) return true;
    this.#next = {
      bytes: lost.bytes + Math.max(maxBytes - count.bytes, maxBytes * STEP),
      files: lost.files + Math.max(maxFiles - count.files, maxFiles * STEP),
    };
    return false;
  }
}

function spaceOf(path: string): DiskSpace {
  const { bavail, bsize, ffree } = statfsSync(path);
  return { bytes: bavail * bsize, files: ffree };
}

/** Adds up what changed since a moment, until it is too much. */
class Count {
  bytes = 0;
  files = 0;
  readonly #most: DiskSpace;
  readonly #sinceMs: number;
  /** Files with several names, each of which counts once. */
  readonly #linked = new Set<number>();

  constructor(most: DiskSpace, sinceMs: number) {
    this.#most = most;
    this.#sinceMs = sinceMs;
  }

  /** What is closed to us counts as too much: the disk has lost it. */
  isOver(path: string): boolean {
    const fd = openFolder(path);
    if (fd === undefined) return false;
    if (fd === "closed") return true;
    try {
      // By its descriptor: a program may put a link in the place of any folder meanwhile, or make the path too long.
      const here = `/proc/self/fd/${fd}`;
      using folder = opendirSync(here);
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        const inner = `${here}/${entry.name}`;
        if (this.#add(inner) || (entry.isDirectory() && this.isOver(inner))) return true;
      }
      return false;
    } finally {
      closeSync(fd);
    }
  }

  #add(path: string): boolean {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined || entry.ctimeMs < this.#sinceMs) return false;
    if (this.#linked.has(entry.ino)) return false;
    if (entry.nlink > 1) this.#linked.add(entry.ino);
    this.files += 1;
    this.bytes += entry.blocks * BLOCK_BYTES;
    return this.bytes > this.#most.bytes || this.files > this.#most.files;
  }
}

/** Undefined where it went away meanwhile. */
function openFolder(path: string): number | "closed" | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    return GONE.includes(errnoOf(error)) ? undefined : "closed";
  }
}
