/** Space that is kept for the time when a disk is full: each step of a fix is on disk before it begins. */
import { rmSync, statSync } from "node:fs";
import { fieldsOf } from "#core/json.ts";
import { errnoOf, overwriteFile } from "#platform/files.ts";

/** Some thousand steps of fixes. */
const BYTES = 1024 * 1024;
/** It is taken while so many times as much is free. */
const AMPLE = 8;

export class DiskReserve {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes it where it is missing. @param free bytes of the disk. */
  keep(free: number): void {
    if (free < BYTES * AMPLE || sizeOf(this.#path) === BYTES) return;
    try {
      // Not zeros: a file system may keep none of these.
      overwriteFile(this.#path, Buffer.alloc(BYTES, 0x5a));
    } catch {
      this.release();
    }
  }

  /** Gives it to what must be written now. @returns whether there was one. */
  release(): boolean {
    const isThere = sizeOf(this.#path) !== undefined;
    rmSync(this.#path, { force: true });
    return isThere;
  }
}

/** Whether an error says that the disk is full, in whatever words. */
export function isDiskFull(error: unknown): boolean {
  const code = fieldsOf(error)["code"];
  return code === "SQLITE_FULL" || errnoOf(error) === "ENOSPC";
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
