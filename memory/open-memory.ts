import { SQLiteError } from "bun:sqlite";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import type { Memory } from "#core/memory.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { isCorrupt, journalCorrupt, journalFailed, OtherVersion } from "#home/journal/failures.ts";
import { type FindOwner, openDatabase } from "#home/journal/open-database.ts";
import { loadKnowledge } from "#language/load-knowledge.ts";
import { errnoOf } from "#platform/files.ts";
import { memoryDamaged } from "./failures.ts";
import type { NoteEmbedder } from "./note-embedder.ts";
import { MEMORY_FORMAT } from "./schema.ts";
import { type MemoryParts, SqliteMemory } from "./sqlite-memory.ts";
import { WordEmbedder } from "./word-embedder.ts";

export interface MemoryOptions {
  /** Removes control characters and secrets from all that is stored. */
  readonly cleaner: TextCleaner;
  /** Asked who owns the home when the file is taken; see `describeOwner`. */
  readonly owner?: FindOwner;
  /**
   * The clock, in milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * What notes are compared by. Vectors of another one are never compared with its own; notes that it has not seen yet
   * are found by their words until it has.
   *
   * @default the sum of the vectors of their words, without a model
   */
  readonly embedder?: NoteEmbedder | undefined;
  /** Told once that the embedder fails: until the next start notes are compared by the vectors of their words. */
  readonly onFallBack?: (error: OrgError) => void;
  /** @default 200,000 */
  readonly mostEpisodes?: number;
}

/**
 * Opens or makes the memory of a generation; this process alone owns it until it is disposed.
 *
 * @param path of `memory.sqlite`; its folder is there.
 * @throws {OrgError} `MEMORY_DAMAGED` for a damaged or foreign file, which is then put aside: go on without a memory;
 *   `HOME_BUSY` while another process owns it; `JOURNAL_CORRUPT` for one of a later version, which stays as it is;
 *   `JOURNAL_FAILED` when the system refuses.
 */
export async function openMemory(path: string, options: MemoryOptions): Promise<Memory> {
  const memory = await openOwnedMemory(path, options);
  memory.embedMissing().catch(() => undefined);
  return memory;
}

/** The same, with what only a process that prepares the file needs. @throws {OrgError} as {@link openMemory}. */
export async function openOwnedMemory(path: string, options: MemoryOptions): Promise<SqliteMemory> {
  const { cleaner, now = Date.now, mostEpisodes, onFallBack = () => undefined } = options;
  const findOwner = options.owner ?? (() => Promise.resolve(undefined));
  const wordEmbedder = new WordEmbedder(await loadKnowledge());
  const embedder = options.embedder ?? wordEmbedder;
  const parts = { path, cleaner, now, wordEmbedder, embedder, onFallBack, mostEpisodes };
  return await open(parts, findOwner);
}

async function open(parts: MemoryParts, findOwner: FindOwner): Promise<SqliteMemory> {
  const { path } = parts;
  try {
    const database = await openDatabase(path, MEMORY_FORMAT, findOwner);
    try {
      return new SqliteMemory(database, parts);
    } catch (error) {
      database.close(true);
      if (!(error instanceof SQLiteError)) throw error;
      const file = { path, noun: "memory" } as const;
      throw isCorrupt(error) ? journalCorrupt(file, error.message) : journalFailed(file, error);
    }
  } catch (error) {
    if (!(error instanceof OrgError) || error.code !== "JOURNAL_CORRUPT") throw error;
    if (error.cause instanceof OtherVersion) throw error;
    throw memoryDamaged(path, await putAside(path), error);
  }
}

/** Its log goes with it: SQLite would replay that into a new file. @returns where it lies now. */
async function putAside(path: string): Promise<string> {
  const folder = join(dirname(path), `memory-damaged-${crypto.randomUUID().slice(0, 8)}`);
  await mkdir(folder, { mode: 0o700 });
  for (const ending of ["", "-wal", "-shm"]) {
    await rename(`${path}${ending}`, join(folder, `memory.sqlite${ending}`)).catch((error) => {
      if (errnoOf(error) !== "ENOENT") throw error;
    });
  }
  return join(folder, "memory.sqlite");
}
