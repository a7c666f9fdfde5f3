/** Which files of a room's copy may differ from its newest turn, where org knows all that was written. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { overwriteFile, readTextFile } from "#platform/files.ts";
import type { TreeWatch } from "#platform/tree-watch.ts";

/**
 * Belongs to one process. Told of everything before it is written; a mark on the disk tells other processes that a turn
 * was under way, should this one die. All of it happens under the room's lock.
 */
export class TouchedFiles {
  readonly #mark: string;
  /** Whose mark it is. */
  readonly #mine: string = `${process.pid} ${crypto.randomUUID()}`;
  readonly #openWatch: () => Promise<TreeWatch | undefined>;
  /** What programs do to the copy is known by it; it stays open from one turn to the next. */
  #watch: TreeWatch | undefined;
  /** There where a program ran since the newest turn; ends once the watch is open. */
  #started: Promise<void> | undefined;
  /** Absent: any file. */
  #paths: Set<string> | undefined;

  /**
   * Until the first {@link clear} it may be any file.
   *
   * @param folder absolute path of the room's folder
   * @param openWatch watches the copy as it is then
   */
  constructor(folder: string, openWatch: () => Promise<TreeWatch | undefined>) {
    this.#mark = join(folder, "unkept");
    this.#openWatch = openWatch;
  }

  /** @param path relative to the copy, without needless parts */
  add(path: string): void {
    this.#claim();
    this.#paths?.add(path);
  }

  /** Anything may be about to change. */
  addAny(): void {
    this.#claim();
    this.#paths = undefined;
  }

  /** Watches the copy already, so that the first program need not wait for it; under the room's lock like all else. */
  async watchAhead(): Promise<void> {
    this.#watch ??= await this.#openWatch();
  }

  /** To be called, and waited for, before a program runs in the copy: what it changes is found afterwards. */
  async beforeProgram(): Promise<void> {
    this.#claim();
    if (this.#paths === undefined) return;
    this.#started ??= this.#start();
    await this.#started;
  }

  async #start(): Promise<void> {
    // What was written before is known, or is part of a turn.
    if ((await this.#watch?.changed()) !== undefined) return;
    this.#watch = await this.#openWatch();
    if (this.#watch === undefined) this.#paths = undefined;
  }

  /** The files that may differ; `undefined`: any of them, as where another process died in the middle of a turn. */
  async paths(): Promise<readonly string[] | undefined> {
    const mark = this.#read();
    if (mark !== undefined && mark !== this.#mine) return undefined;
    if (this.#started !== undefined && this.#paths !== undefined) {
      const changed = await this.#watch?.changed();
      this.#paths = changed && new Set([...this.#paths, ...changed]);
    }
    return this.#paths && [...this.#paths];
  }

  /** The newest turn has all of it. */
  clear(): void {
    rmSync(this.#mark, { force: true });
    this.#paths = new Set();
    this.#started = undefined;
  }

  #claim(): void {
    const mark = this.#read();
    if (mark === this.#mine) return;
    if (mark !== undefined) this.#paths = undefined;
    overwriteFile(this.#mark, this.#mine);
  }

  #read(): string | undefined {
    try {
      return readTextFile(this.#mark);
    } catch {
      return undefined;
    }
  }
}
