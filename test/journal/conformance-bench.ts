/** What the conformance tests stand on: an engine on an empty folder, with a clock they can move. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournaledEvent } from "#core/events.ts";
import type { Appended, AppendOptions, ErasableJournal, LockStore } from "#core/journal.ts";

export type Engine = ErasableJournal & LockStore & AsyncDisposable;

/** Opens the journal of a folder; opened again, it must hold what the one before left. */
export type OpenEngine = (folder: string, now: () => number) => Promise<Engine>;

export class Bench implements AsyncDisposable {
  readonly #folder: string;
  readonly #open: OpenEngine;
  #engine: Engine | undefined;
  /** What the engine's clock shows, in milliseconds since the epoch. */
  clockMs = 1_000_000;

  private constructor(folder: string, open: OpenEngine) {
    this.#folder = folder;
    this.#open = open;
  }

  static async with(open: OpenEngine): Promise<Bench> {
    const bench = new Bench(await mkdtemp(join(tmpdir(), "org-journal-")), open);
    await bench.reopen();
    return bench;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error("The engine is not open");
    return this.#engine;
  }

  async reopen(): Promise<void> {
    await this.#engine?.[Symbol.asyncDispose]();
    this.#engine = await this.#open(this.#folder, () => this.clockMs);
  }

  /** Appends a small event that carries its key as text. */
  append(room: string, key: string, options?: AppendOptions): Promise<Appended> {
    return this.engine.append(room, { key, event: notice(key) }, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The smallest event that can say which one it is. */
export function notice(text: string): JournaledEvent {
  return { type: "notice", level: "info", text };
}
