/** A memory in a folder of its own, and a clock that a test can move. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Author, Memory } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type MemoryOptions, openMemory } from "#memory/open-memory.ts";

export const HUMAN: Author = { trust: "human", origin: "human" };

/** A persona's turn; each has limits of its own. */
export function turnOf(persona: string, turn: string): Author {
  return { trust: "model", origin: `persona:${persona}`, room: "r", seq: 1, turn };
}

export class MemoryFolder implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "org-memory-"));
  readonly path: string = join(this.folder, "memory.sqlite");
  readonly #options: Partial<MemoryOptions>;
  #memory: Memory | undefined;
  /** What the clock shows, in milliseconds since the epoch. */
  clockMs = 1_700_000_000_000;

  constructor(options: Partial<MemoryOptions> = {}) {
    this.#options = options;
  }

  /** Opens it, or closes it and opens it again. */
  async open(): Promise<Memory> {
    await this.#memory?.[Symbol.asyncDispose]();
    const now = () => this.clockMs;
    this.#memory = await openMemory(this.path, {
      ...{ cleaner: new TextCleaner(), now },
      ...this.#options,
    });
    return this.#memory;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#memory?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
