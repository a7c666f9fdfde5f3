/** Keeps the file of an owned database as it is for a while, so that another process can read it without a lock. */
import type { Database } from "bun:sqlite";
import type { FrozenFile } from "#core/frozen-file.ts";

/** Pages after which SQLite brings the log into the file by itself. */
export const AUTO_CHECKPOINT = 4000;

export class FreezableFile {
  readonly #database: Database;
  readonly #path: string;
  readonly #held = new Set<{ isWhole: boolean }>();

  constructor(database: Database, path: string) {
    this.#database = database;
    this.#path = path;
  }

  /** Whether another process may be reading the file. */
  get isHeld(): boolean {
    return this.#held.size > 0;
  }

  /**
   * Brings all that is committed into the file first, unless it is frozen already: then it stays as it was at that time.
   *
   * @throws what SQLite throws.
   */
  freeze(): FrozenFile {
    if (!this.isHeld) this.#database.run("pragma wal_checkpoint(truncate)");
    this.#database.run("pragma wal_autocheckpoint = 0");
    const held = { isWhole: true };
    this.#held.add(held);
    return {
      path: this.#path,
      isWhole: () => held.isWhole,
      [Symbol.dispose]: () => {
        this.#held.delete(held);
        held.isWhole = false;
        this.#thaw();
      },
    };
  }

  /** Before the file is written to for a reason that cannot wait, and before it is closed. */
  break(): void {
    for (const held of this.#held) held.isWhole = false;
    this.#held.clear();
  }

  #thaw(): void {
    if (this.#held.size > 0) return;
    try {
      this.#database.run(`pragma wal_autocheckpoint = ${AUTO_CHECKPOINT}`);
    } catch {
      // It was closed meanwhile, and took the setting with it.
    }
  }
}
