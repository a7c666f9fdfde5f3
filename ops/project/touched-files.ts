/** Which files of a room's copy may differ from its newest turn, where org knows all that was written. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Belongs to one process. Told of everything before it is written; a mark on the disk tells other processes that a turn
 * was under way, should this one die. All of it happens under the room's lock.
 */
export class TouchedFiles {
  readonly #mark: string;
  /** Whose mark it is. */
  readonly #mine: string = `${process.pid} ${crypto.randomUUID()}`;
  /** Absent: any file. */
  #paths: Set<string> | undefined;

  /** Until the first {@link kept} it may be any file. @param folder absolute path of the room's folder */
  constructor(folder: string) {
    this.#mark = join(folder, "unkept");
  }

  /** @param path relative to the copy, without needless parts */
  add(path: string): void {
    this.#claim();
    this.#paths?.add(path);
  }

  /** A program is about to run in the copy. */
  addAny(): void {
    this.#claim();
    this.#paths = undefined;
  }

  /** The files that may differ; `undefined`: any of them, as where another process died in the middle of a turn. */
  get paths(): readonly string[] | undefined {
    const mark = this.#read();
    if (mark !== undefined && mark !== this.#mine) return undefined;
    return this.#paths && [...this.#paths];
  }

  /** The newest turn has all of it. */
  kept(): void {
    rmSync(this.#mark, { force: true });
    this.#paths = new Set();
  }

  #claim(): void {
    const mark = this.#read();
    if (mark === this.#mine) return;
    if (mark !== undefined) this.#paths = undefined;
    writeFileSync(this.#mark, this.#mine, { mode: 0o600 });
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#mark, "utf8");
    } catch {
      return undefined;
    }
  }
}
