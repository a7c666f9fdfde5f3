/** What a program adds to the folders that it changes for good. */
import { statfsSync } from "node:fs";
import type { WritableBind } from "./policy.ts";
import { MOST_LEVELS, TreeCount } from "./tree-count.ts";

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
/** A disk with less than this left is as good as full, whatever filled it: other programs need the rest. */
const RESERVE_BYTES: number = 512 * 1024 ** 2;
/** Between two counts the disk has lost so much more of what is allowed: others write to it, too. */
const STEP = 1 / 8;

/** To be made before the program begins. */
export function diskBudget({ from, maxBytes, maxFiles }: WritableBind): DiskBudget {
  const [before, sinceMs] = [spaceOf(from), Date.now() - CLOCK_STEP_MS];
  return { path: from, maxBytes, maxFiles, before, sinceMs };
}

/** How long a look counts, in milliseconds; there are 40 looks a second. */
const COUNT_MS = 8;
/** The rest between two counts, in lengths of a count. */
const REST = 20;
/** Others may give back what the program takes, so that the disk tells nothing: at least this long after a count, in ms. */
const UNTOLD_MS = 5000;

/**
 * Watches one folder. To count its files takes time, so that this is done only once the whole disk has lost more than
 * the program may take, which costs one system call to know, or for a while nothing was counted; and then a little with
 * each look. Nothing here throws.
 */
export class DiskWatch implements Disposable {
  readonly #budget: DiskBudget;
  /** The disk's loss at which files are counted next. */
  #next: DiskSpace;
  #count: TreeCount | undefined;
  /** Of this count. */
  #looks = 0;
  /** A program may have moved its files about while they were counted: from then on they are counted anyway. */
  #againMs = 0;
  /** When files are counted although the disk has lost nothing. */
  #dueMs: number;
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(budget: DiskBudget, now: () => number = () => performance.now()) {
    this.#budget = budget;
    this.#now = now;
    this.#dueMs = now() + UNTOLD_MS;
    this.#next = { bytes: budget.maxBytes, files: budget.maxFiles };
  }

  /** One look, of a few milliseconds. */
  isOver(): boolean {
    const { maxBytes, maxFiles } = this.#budget;
    const disk = this.#disk();
    if (disk === undefined) return false;
    const { lost, isFull } = disk;
    if (isFull) return true;
    if (this.#count === undefined) {
      const isMuch = lost.bytes > this.#next.bytes || lost.files > this.#next.files;
      const now = this.#now();
      const isAgain = now > this.#againMs && isMoreThan(lost, this.#budget);
      if (!(isMuch || isAgain || now > this.#dueMs)) return false;
      this.#count = this.#newCount();
      this.#looks = 0;
    }
    this.#looks += 1;
    const state = this.#count.goOn(performance.now() + COUNT_MS);
    if (state === "counting") return false;
    const remaining = { bytes: maxBytes - this.#count.bytes, files: maxFiles - this.#count.files };
    this.#count = undefined;
    const restMs = this.#looks * COUNT_MS * REST;
    this.#againMs = this.#now() + restMs;
    this.#dueMs = this.#now() + Math.max(UNTOLD_MS, restMs);
    if (state === "less") {
      this.#next = {
        bytes: lost.bytes + Math.max(remaining.bytes, maxBytes * STEP),
        files: lost.files + Math.max(remaining.files, maxFiles * STEP),
      };
    }
    // Where it cannot be counted: the disk has lost too much, and nothing tells that it is not there.
    return state === "over" || (state === "closed" && isMoreThan(lost, this.#budget));
  }

  /**
   * To be asked once the program has ended: what it moved about while files were counted lies still now. Folders in one
   * another are few files, and are looked for as soon as there can be too many.
   */
  async isOverAtEnd(): Promise<boolean> {
    this[Symbol.dispose]();
    const { before } = this.#budget;
    const disk = this.#disk();
    if (disk === undefined) return false;
    // Some file systems do not say how many files they have.
    const mayBeDeep = before.files === 0 || disk.lost.files > MOST_LEVELS;
    const isMuch = isMoreThan(disk.lost, this.#budget);
    if (disk.isFull) return true;
    using count = this.#newCount();
    // Other programs may have given back just now what this one took: a few files are counted all the same.
    if (!isMuch && !mayBeDeep) return count.goOn(performance.now() + COUNT_MS) === "over";
    for (;;) {
      const state = count.goOn(performance.now() + COUNT_MS);
      // What cannot be counted counts as too much where the disk has lost that.
      if (state !== "counting") return state === "over" || (state !== "less" && isMuch);
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }

  #newCount(): TreeCount {
    const { path, maxBytes, maxFiles, sinceMs } = this.#budget;
    return new TreeCount(path, { bytes: maxBytes, files: maxFiles }, sinceMs);
  }

  /** Undefined where the folder is gone. */
  #disk(): { readonly lost: DiskSpace; readonly isFull: boolean } | undefined {
    const { path, before, maxBytes } = this.#budget;
    try {
      const now = spaceOf(path);
      const lost = { bytes: before.bytes - now.bytes, files: before.files - now.files };
      return { lost, isFull: lost.bytes > maxBytes && now.bytes < RESERVE_BYTES };
    } catch {
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    this.#count?.[Symbol.dispose]();
    this.#count = undefined;
  }
}

function isMoreThan(lost: DiskSpace, { maxBytes, maxFiles }: DiskBudget): boolean {
  return lost.bytes > maxBytes || lost.files > maxFiles;
}

function spaceOf(path: string): DiskSpace {
  const { bavail, bsize, ffree } = statfsSync(path);
  return { bytes: bavail * bsize, files: ffree };
}
