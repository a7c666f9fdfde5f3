/** The memory of a home in the process that owns it: opened by its first use, closed before the home is given back. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import type { FrozenFile } from "#core/frozen-file.ts";
import type { ErasableJournal, Journal } from "#core/journal.ts";
import type { Memory } from "#core/memory.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { HomePaths } from "#home/home-paths.ts";
import { byModel, type TextModel } from "#memory/note-embedder.ts";
import { describeOwner } from "#platform/owner.ts";
import { ForeignReading } from "#room/foreign-reading.ts";
import type { MemorySource } from "#room/room-memory.ts";
import {
  answerOfMemory,
  type MemoryRequest,
  type MemoryService,
} from "#server/socket/memory-service.ts";
import type { BesideMemory } from "./forget-elsewhere.ts";

export interface HomeMemoryOptions {
  readonly paths: Pick<HomePaths, "memory" | "ownerRecord">;
  readonly cleaner: TextCleaner;
  readonly recall: MemorySource["recall"];
  /** Path of the candidate's memory, for a copy of this one. */
  readonly candidate: string;
  /** What notes are compared by. @default a table of words */
  readonly embedder?: (() => Promise<TextModel | undefined>) | undefined;
  readonly userWaits?: MemorySource["userWaits"];
  /** Where what is forgotten stands beside the memory. @default nowhere */
  readonly beside?: BesideMemory | undefined;
}

interface Opened {
  readonly memory: Memory;
  /** Resolves when all that was said before it was opened can be found. */
  indexed: Promise<unknown>;
  /** Whether the rooms that were there then are read. */
  isIndexed: boolean;
}

/** These look at episodes; notes are there as soon as the file is open. */
const NEED_EPISODES: ReadonlySet<MemoryRequest["kind"]> = new Set(["search", "verify", "reindex"]);

export class HomeMemory {
  readonly #options: HomeMemoryOptions;
  #opened: Promise<Opened> | undefined;
  #reading: ForeignReading | undefined;
  #toReview = 0;
  #notice: string | undefined;

  constructor(options: HomeMemoryOptions) {
    this.#options = options;
  }

  /** For a room. @param journal of the home. */
  source(journal: Journal): MemorySource {
    const { recall, userWaits } = this.#options;
    const toReview = () => this.#toReview;
    this.#reading ??= new ForeignReading(journal);
    const reading = this.#reading;
    const open = async () => (await this.#open(journal)).memory;
    return {
      ...{ recall, open, userWaits },
      openIfExists: async () => (this.#isKept() ? await open() : undefined),
      openIndexed: async () => await this.#indexed(journal),
      index: async (room) => {
        // Its first use reads all that was said before: a home that keeps nothing pays nothing for it.
        if (this.#opened === undefined) return;
        const opened = await this.#opened;
        this.#count(opened.memory);
        const reading = opened.memory.index(journal, room);
        if (opened.isIndexed) return void (await reading);
        // A room that closes does not wait until all others are read; who searches does.
        opened.indexed = Promise.all([opened.indexed, reading]);
        opened.indexed.catch(() => undefined);
      },
      hasReadForeign: (room, seq) => reading.isBefore(room, seq),
      takeNotice: () => this.#takeNotice(),
      get toReview() {
        return toReview();
      },
    };
  }

  /** For the user. @param journal of the home, from which goes what is forgotten. */
  service(journal: ErasableJournal): MemoryService {
    return async (request, signal) => {
      const { memory } = NEED_EPISODES.has(request.kind)
        ? { memory: await this.#indexed(journal) }
        : await this.#open(journal);
      try {
        const forgetParts = { memory, journal, copyPath: (id?: string) => this.#copyPath(id) };
        // First: who asked is told only once it stands nowhere, and asks again after a crash.
        if (request.kind === "forget") await this.#forgetBeside({ memory, journal }, request.id);
        const answer = await answerOfMemory(forgetParts, request, signal);
        const notice = this.#takeNotice();
        return notice === undefined ? answer : { ...answer, notice };
      } finally {
        this.#count(memory);
      }
    };
  }

  /** Keeps its file as it is for a backup. It is opened for that: another process must not hold it. */
  async freeze(journal: Journal): Promise<readonly FrozenFile[]> {
    if (!this.#isKept()) return [];
    // What is damaged was put aside, and is nothing to keep.
    const opened = await this.#open(journal).catch(() => undefined);
    return opened === undefined ? [] : [opened.memory.freeze()];
  }

  /** For the observer of rooms: a memory is only made where there is something to keep. @param journal of the home. */
  async learning(journal: Journal, isNeeded: boolean): Promise<Memory | undefined> {
    return isNeeded || this.#isKept() ? await this.#indexed(journal) : undefined;
  }

  /** Counts again what waits for the user. */
  async recount(): Promise<void> {
    const opened = await this.#opened;
    if (opened !== undefined) this.#count(opened.memory);
  }

  /** Waits for what is being written, and ends the reading of rooms, which goes on there the next time. It can be opened again. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    this.#reading = undefined;
    if (opened === undefined) return;
    await opened.memory[Symbol.asyncDispose]();
  }

  #isKept(): boolean {
    return this.#opened !== undefined || existsSync(this.#options.paths.memory);
  }

  #open(journal: Journal): Promise<Opened> {
    if (this.#opened !== undefined) return this.#opened;
    const opened = this.#load(journal);
    this.#opened = opened;
    opened.catch((error: unknown) => {
      // A damaged one was put aside: until the next start there is none. What else failed may go well the next time.
      const isLost = error instanceof OrgError && error.code === "MEMORY_DAMAGED";
      if (!isLost && this.#opened === opened) this.#opened = undefined;
    });
    return opened;
  }

  async #load(journal: Journal): Promise<Opened> {
    // SQLite and the vectors of words are loaded when something is to be kept or found.
    const { openMemory } = await import("#memory/open-memory.ts");
    const { paths, cleaner } = this.#options;
    const owner = () => describeOwner(paths.ownerRecord);
    const model = await this.#model();
    const embedder = model && byModel(model);
    const memory = await openMemory(paths.memory, {
      ...{ cleaner, owner, embedder },
      onFallBack: (error) => this.#fellBack(error),
    });
    this.#count(memory);
    const indexed = memory.index(journal).then(() => {
      opened.isIndexed = true;
    });
    const opened: Opened = { memory, indexed, isIndexed: false };
    // The caller that needs it is told; a failure that no caller waits for must not count as unhandled.
    indexed.catch(() => undefined);
    return opened;
  }

  async #indexed(journal: Journal): Promise<Memory> {
    const { memory, indexed } = await this.#open(journal);
    await indexed;
    return memory;
  }

  async #model(): Promise<TextModel | undefined> {
    try {
      return await this.#options.embedder?.();
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      this.#fellBack(error);
      return undefined;
    }
  }

  #fellBack({ message, why }: OrgError): void {
    const reason = why === undefined ? message : `${message} (${why})`;
    this.#notice = `notes are compared by a table of words until the next start: ${reason}`;
  }

  /** What the user should know, once. */
  #takeNotice(): string | undefined {
    const notice = this.#notice;
    this.#notice = undefined;
    return notice;
  }

  async #forgetBeside(
    { memory, journal }: { readonly memory: Memory; readonly journal: ErasableJournal },
    id: number,
  ): Promise<void> {
    // Where there is none the caller is told by the memory.
    const states = ["active", "staged", "superseded"] as const;
    const note = memory.list("human", states).find((one) => one.id === id);
    if (note === undefined) return;
    const { erasureOf } = await import("#memory/erasure.ts");
    await journal.erase(erasureOf(note));
    const { beside } = this.#options;
    if (beside === undefined) return;
    const { forgetBeside } = await import("./forget-elsewhere.ts");
    await forgetBeside(beside, note);
  }

  #copyPath(attempts: string | undefined): string {
    const { paths, candidate } = this.#options;
    return attempts === undefined ? candidate : attemptsCopy(paths, attempts);
  }

  #count(memory: Memory): void {
    this.#toReview = memory.list("human", ["staged"]).length;
  }
}

/** Where the owner of a home puts a copy for attempts. @param id of the copy. */
export function attemptsCopy({ memory }: Pick<HomePaths, "memory">, id: string): string {
  return join(dirname(memory), `memory-${id}.sqlite`);
}
