/** The memory of one generation: an SQLite file that a single process owns and writes. */
import { type Database, SQLiteError } from "bun:sqlite";
import { OrgError } from "#core/errors.ts";
import type { FrozenFile } from "#core/frozen-file.ts";
import type { Journal } from "#core/journal.ts";
import type {
  Author,
  EpisodeHit,
  LearntNote,
  Memory,
  MemoryReport,
  Note,
  NoteDraft,
  NoteHit,
  NoteState,
  RoomLine,
  Saved,
  SearchOptions,
  Viewer,
} from "#core/memory.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { CommitQueue } from "#home/journal/commit-queue.ts";
import { copyDatabase } from "#home/journal/copy-database.ts";
import { journalClosed, journalFailed, type OwnedFile } from "#home/journal/failures.ts";
import { FreezableFile } from "#home/journal/frozen-file.ts";
import { episodeTexts } from "./compare-episodes.ts";
import { EpisodeIndex } from "./episode-index.ts";
import { ErasedTexts } from "./erased-texts.ts";
import { unknownNote } from "./failures.ts";
import { type ForgetParts, forgetErased, forgetNote } from "./forget-note.ts";
import type { NoteEmbedder } from "./note-embedder.ts";
import { isVisible, type NoteIndex } from "./note-index.ts";
import { NoteTable, noteOf } from "./note-table.ts";
import { NoteVectors } from "./note-vectors.ts";
import { NoteWriter } from "./note-writer.ts";
import { ObservedRooms } from "./observed-rooms.ts";
import { RoomReader } from "./read-rooms.ts";
import { readyDraft, readyLessons } from "./ready-draft.ts";
import { rebuildWords } from "./rebuild-words.ts";
import { ADDED } from "./schema.ts";
import { StemIndex } from "./stem-index.ts";
import { sweep } from "./sweep.ts";
import { reportOf } from "./verify-memory.ts";
import type { WordEmbedder } from "./word-embedder.ts";

const USUAL_HITS = 5;
const MOST_HITS = 20;
/** A pasted page is not a question; in characters. */
const LONGEST_QUESTION = 4000;

export interface MemoryParts {
  readonly path: string;
  readonly cleaner: TextCleaner;
  readonly now: () => number;
  readonly wordEmbedder: WordEmbedder;
  readonly embedder: NoteEmbedder;
  /** Told once that the embedder fails, and that notes are compared by their words from then on. */
  readonly onFallBack: (error: OrgError) => void;
  readonly mostEpisodes: number | undefined;
}

/** Indexes in memory over the tables on disk. */
interface Indexes {
  readonly notes: NoteIndex;
  readonly episodes: EpisodeIndex;
}

export class SqliteMemory implements Memory {
  readonly #database: Database;
  readonly #file: OwnedFile;
  readonly #parts: MemoryParts;
  readonly #commits: CommitQueue;
  readonly #table: NoteTable;
  readonly #erased: ErasedTexts;
  readonly #freezable: FreezableFile;
  readonly #vectors: NoteVectors;
  readonly #writer: NoteWriter;
  readonly #readying: Parameters<typeof readyDraft>[1];
  readonly #observed: ObservedRooms;
  #indexes: Indexes | undefined;
  readonly #rooms: RoomReader;
  #closed: boolean = false;

  /** Use `openMemory`, which checks and locks the file. @throws what SQLite throws for a damaged one. */
  constructor(database: Database, parts: MemoryParts) {
    // What is deleted is overwritten with zeros.
    database.run("pragma secure_delete = on");
    database.run(ADDED);
    rebuildWords(database, parts.wordEmbedder);
    const { path, now } = parts;
    this.#database = database;
    this.#file = { path, noun: "memory" };
    this.#parts = parts;
    this.#table = new NoteTable(database);
    this.#erased = new ErasedTexts(database);
    this.#freezable = new FreezableFile(database, path);
    this.#observed = new ObservedRooms(database);
    this.#vectors = new NoteVectors(database, {
      ...parts,
      onFallBack: (error) => this.#fallBack(error),
    });
    this.#readying = { cleaner: parts.cleaner, vectors: this.#vectors };
    this.#writer = new NoteWriter({
      ...{ table: this.#table, erased: this.#erased },
      stems: new StemIndex(database, "note_fts"),
      vectors: this.#vectors,
      now,
    });
    this.#commits = new CommitQueue(database, {
      committed: () => undefined,
      rolledBack: () => {
        this.#indexes = undefined;
        this.#erased.rolledBack();
      },
      explain: (error) => journalFailed(this.#file, error),
    });
    this.#rooms = new RoomReader({
      clean: (text) => parts.cleaner.clean(text),
      write: (work) => this.#write(({ episodes }) => work(episodes)),
      texts: () => this.#read(() => episodeTexts(database)),
    });
    if (this.#erased.needsSweep()) this.#sweep();
    const indexes = this.#load();
    this.#indexes = indexes;
    this.#writer.expire(indexes.notes);
  }

  /** Makes the vectors that notes have of another embedder only. */
  async embedMissing(): Promise<void> {
    await this.#vectors.embedMissing((work) => this.#write(({ notes }) => work(notes)));
  }

  async save(draft: NoteDraft, by: Author): Promise<Saved> {
    this.#demandOpen();
    const ready = await readyDraft(draft, this.#readying);
    return await this.#write(({ notes }) => this.#writer.save(ready, by, notes));
  }

  async search(
    query: string,
    who: Viewer,
    { most = USUAL_HITS, trust, notesOnly = false, signal }: SearchOptions = {},
  ): Promise<{ readonly notes: readonly NoteHit[]; readonly episodes: readonly EpisodeHit[] }> {
    this.#demandOpen();
    const limits = { who, most: Math.max(1, Math.min(MOST_HITS, Math.floor(most) || 1)) };
    const question = query.slice(0, LONGEST_QUESTION).toWellFormed();
    const vector = await this.#vectors.vectorOf(question, "query", signal);
    signal?.throwIfAborted();
    return this.#read(() => {
      const { notes, episodes } = this.#current();
      const comparable = this.#vectors.comparable(vector);
      const near = notes.search(question, comparable, { ...limits, trust });
      return {
        notes: near.flatMap((one) => this.#writer.hitOf(one)),
        episodes: notesOnly ? [] : episodes.search(question, limits),
      };
    });
  }

  list(who: Viewer, states: readonly NoteState[] = ["active"]): readonly Note[] {
    const rows = this.#read(() => this.#table.inStates(states));
    return rows.filter(({ scope }) => isVisible(scope, who)).map(noteOf);
  }

  show(id: number, who: Viewer): Note {
    const row = this.#read(() => this.#table.find(id));
    // What waits for a review or was replaced is for the human.
    const isReadable = who === "human" ? row?.state !== "forgotten" : row?.state === "active";
    if (row === undefined || !isReadable || !isVisible(row.scope, who)) throw unknownNote(id);
    return noteOf(row);
  }

  async forget(id: number): Promise<readonly number[]> {
    return await this.#forgetBy((parts) => forgetNote(id, parts));
  }

  /** Forgets all that was written down as forgotten elsewhere. */
  async forgetErased(): Promise<void> {
    await this.#forgetBy(forgetErased);
  }

  async #forgetBy<T>(work: (parts: ForgetParts) => T): Promise<T> {
    const stores = { table: this.#table, erased: this.#erased, writer: this.#writer };
    const now = this.#parts.now();
    const done = await this.#write((indexes) => work({ ...indexes, ...stores, now }));
    this.#sweep();
    return done;
  }

  async trust(id: number): Promise<void> {
    await this.#write(({ notes }) => this.#writer.trust(id, notes));
  }

  async recalled(ids: readonly number[]): Promise<void> {
    const now = this.#parts.now();
    await this.#write(() => {
      for (const id of new Set(ids)) this.#table.recalled(id, now);
    });
  }

  helped(ids: readonly number[]): Promise<readonly Note[]> {
    return this.#write(() => this.#table.helped(ids));
  }

  async index(journal: Journal, room?: string): Promise<number> {
    await this.#write(({ notes }) => this.#writer.expire(notes));
    return await this.#rooms.index(journal, room);
  }

  reindex(journal: Journal): Promise<number> {
    return this.#rooms.reindex(journal);
  }

  observedThrough(room: string): number {
    return this.#read(() => this.#observed.through(room));
  }

  isErased({ room, seq, text }: RoomLine): boolean {
    return this.#read(() => this.#erased.isIn(room, { firstSeq: seq, fullText: text }));
  }

  async learn(
    { room, through }: { readonly room: string; readonly through: number },
    notes: readonly LearntNote[],
  ): Promise<readonly Saved[]> {
    this.#demandOpen();
    const ready = await readyLessons(notes, this.#readying);
    return await this.#write(({ notes: index }) => {
      if (!this.#observed.advance(room, through)) return [];
      return ready.flatMap((note) => this.#writer.learn(note, index));
    });
  }

  async verify(): Promise<MemoryReport> {
    const stores = { table: this.#table, erased: this.#erased };
    return this.#read(() => reportOf(this.#database, { ...stores, ...this.#current() }));
  }

  async copyTo(path: string): Promise<void> {
    this.#demandOpen();
    await copyDatabase(this.#database, { path, noun: "memory" });
  }

  freeze(): FrozenFile {
    this.#demandOpen();
    return this.#freezable.freeze();
  }

  /** Commits what was handed in and gives the file to others. The reading of rooms ends where it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rooms.stop(journalClosed(this.#file));
    if (this.#closed) return;
    this.#commits.close(journalClosed(this.#file));
    this.#closed = true;
    this.#freezable.break();
    this.#vectors.stop();
    this.#database.close(true);
  }

  /** Runs work in the next transaction. What it refuses is thrown here, so that nothing has to be undone for it. */
  async #write<T>(work: (indexes: Indexes) => T): Promise<T> {
    const outcome = await this.#commits.submit((): { done: T } | { refused: OrgError } => {
      try {
        return { done: work(this.#current()) };
      } catch (error) {
        if (error instanceof OrgError) return { refused: error };
        throw error;
      }
    });
    if ("refused" in outcome) throw outcome.refused;
    return outcome.done;
  }

  #fallBack(error: OrgError): void {
    this.#indexes = undefined;
    this.#parts.onFallBack(error);
    // Most have theirs already: words are kept beside the vectors of every embedder.
    setImmediate(() => this.embedMissing().catch(() => undefined));
  }

  /** After a write was undone what is in memory is read again. */
  #current(): Indexes {
    this.#indexes ??= this.#load();
    return this.#indexes;
  }

  #load(): Indexes {
    const { wordEmbedder, mostEpisodes: most } = this.#parts;
    return {
      notes: this.#vectors.load(),
      episodes: new EpisodeIndex(this.#database, {
        wordEmbedder,
        most,
        erased: this.#erased,
      }),
    };
  }

  #sweep(): void {
    // What is forgotten goes at once: a backup that reads the file meanwhile has to begin anew.
    this.#freezable.break();
    this.#read(() => sweep(this.#database, this.#erased));
  }

  /** @throws {OrgError} `JOURNAL_FAILED` where the file turns out to be damaged: first in an index for full text. */
  #read<T>(look: () => T): T {
    this.#demandOpen();
    try {
      return look();
    } catch (error) {
      throw error instanceof SQLiteError ? journalFailed(this.#file, error) : error;
    }
  }

  #demandOpen(): void {
    if (this.#closed) throw journalClosed(this.#file);
  }
}
