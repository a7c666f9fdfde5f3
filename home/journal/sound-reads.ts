/** Tells what is read of a file that was damaged after it had passed its check. */
import { type OrgError, reasonOf } from "#core/errors.ts";
import { isCorrupt, journalCorrupt, type OwnedFile } from "./failures.ts";

export class SoundReads {
  readonly #file: OwnedFile;
  #damaged: OrgError | undefined;

  constructor(file: OwnedFile) {
    this.#file = file;
  }

  /** What was met last that cannot be read; `undefined` while all is well. */
  get damaged(): OrgError | undefined {
    return this.#damaged;
  }

  /** @param read also parses what stands there. @throws {OrgError} `JOURNAL_CORRUPT`; what else `read` throws. */
  read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      // In the middle of a long text SQLite has nothing to tell a damaged page by.
      if (!isCorrupt(error) && !(error instanceof SyntaxError)) throw error;
      this.#damaged = journalCorrupt(this.#file, reasonOf(error));
      throw this.#damaged;
    }
  }
}
