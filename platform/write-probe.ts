/** Whether a folder still takes what a process has to keep there. */
import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, remedyFor } from "./files.ts";

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;

/** Less than this free is too little: a single event may be as long. */
const PROBE = new Uint8Array(256 * 1024);

/** An answer is as good for so long, in milliseconds: the question is free for every caller. */
const GOOD_FOR_MS = 1000;

export interface WriteTrouble {
  /** The system's name of it, such as "ENOSPC". */
  readonly code: string;
  readonly remedy: string;
}

/** What keeps a file from being written that takes nothing more after an error of its disk. */
function lastingTrouble(error: unknown): WriteTrouble {
  // Also where the disk is well by now: what is in the file is known only when it is opened again.
  return {
    code: errnoOf(error),
    remedy: "look at the disk (`dmesg | tail`), then start org again: `org restart`",
  };
}

/** Writes a file and removes it again: only this tells of quotas, of full file systems and of read-only ones alike. */
export class WriteProbe {
  readonly #path: string;
  readonly #now: () => number;
  #answer: { readonly at: number; readonly trouble: Promise<WriteTrouble | undefined> } | undefined;

  /**
   * @param folder which no other process probes.
   * @param now milliseconds of a clock that never goes back.
   */
  constructor(folder: string, now: () => number = () => performance.now()) {
    // One name: a kill leaves at most this file, which the next probe overwrites and removes.
    this.#path = join(folder, "write-probe");
    this.#now = now;
  }

  /**
   * @param broken the error after which a file takes nothing more, if there was one.
   * @returns what keeps files from being written; `undefined` where they can be.
   */
  async trouble(broken?: unknown): Promise<WriteTrouble | undefined> {
    if (broken !== undefined) return lastingTrouble(broken);
    const at = this.#now();
    if (this.#answer === undefined || at - this.#answer.at >= GOOD_FOR_MS) {
      this.#answer = { at, trouble: this.#probe() };
    }
    return await this.#answer.trouble;
  }

  async #probe(): Promise<WriteTrouble | undefined> {
    try {
      await this.#write();
      return undefined;
    } catch (error) {
      return { code: errnoOf(error), remedy: remedyFor(error) };
    } finally {
      await unlink(this.#path).catch(() => undefined);
    }
  }

  async #write(): Promise<void> {
    await using file = await open(
      this.#path,
      O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK,
      0o600,
    );
    await file.writeFile(PROBE);
  }
}
