/** The vectors of notes, by the embedder that made them; those of another one are kept, and never compared. */
import type { Database } from "bun:sqlite";
import { wholeNumbers } from "#language/vectors.ts";
import type { NoteEmbedder } from "./note-embedder.ts";
import { type LiveRow, liveNoteOf, NoteIndex } from "./note-index.ts";
import type { NoteRow } from "./note-table.ts";

/** Notes that another embedder made the vectors of are embedded anew, so many at once. */
const BATCH = 32;

type Live = LiveRow & { readonly v: Uint8Array | null };

export class NoteVectors {
  readonly #database: Database;
  readonly #embedder: NoteEmbedder;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  /** Whether every live note has a vector of this embedder. */
  #isComplete: boolean = true;

  constructor(database: Database, embedder: NoteEmbedder, now: () => number) {
    this.#database = database;
    this.#embedder = embedder;
    this.#now = now;
  }

  /** @throws what the embedder throws. */
  async vectorOf(
    text: string,
    purpose: "query" | "document",
    signal: AbortSignal = this.#stop.signal,
  ): Promise<Int8Array> {
    const [vector] = await this.#embedder.embed([text], purpose, signal);
    return this.#bytes(vector);
  }

  keep(id: number, vector: Int8Array): void {
    this.#database
      .query<unknown, [number, string, Int8Array]>("insert or replace into vector values (?, ?, ?)")
      .run(id, this.#embedder.id, vector);
  }

  /** Those of every embedder. */
  drop(id: number): void {
    this.#database.query<unknown, [number]>("delete from vector where note = ?").run(id);
  }

  /** All live notes. Those without a vector are found by their words until {@link embedMissing} has made one. */
  load(): NoteIndex {
    const { dimensions, id } = this.#embedder;
    const index = new NoteIndex(this.#database, this.#embedder, this.#now);
    const rows = this.#database
      .query<Live, [string]>(
        `select id, scope, trust, state, hash, importance, saved_at, v from note left join vector on vector.note = note.id and embedder = ?
         where state in ('staged', 'active') order by note.id`,
      )
      .all(id);
    const none = new Int8Array(dimensions);
    for (const row of rows) {
      const isOurs = row.v?.length === dimensions;
      this.#isComplete &&= isOurs;
      index.set(liveNoteOf(row), isOurs && row.v !== null ? row.v : none);
    }
    return index;
  }

  /** @param write runs work in a transaction. @throws what the embedder throws. */
  async embedMissing(write: (work: (notes: NoteIndex) => void) => Promise<void>): Promise<void> {
    while (!this.#isComplete) {
      const rows = this.#database
        .query<Pick<NoteRow, "id" | "text">, [string, number]>(
          `select id, text from note where state in ('staged', 'active')
           and not exists (select 1 from vector where note = note.id and embedder = ?) limit ?`,
        )
        .all(this.#embedder.id, BATCH);
      this.#isComplete = rows.length === 0;
      if (rows.length === 0) return;
      const texts = rows.map(({ text }) => text);
      const vectors = await this.#embedder.embed(texts, "document", this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await write((notes) => {
        for (const [at, { id }] of rows.entries()) {
          if (!notes.has(id)) continue;
          const vector = this.#bytes(vectors[at]);
          this.keep(id, vector);
          notes.setVector(id, vector);
        }
      });
    }
  }

  /** Ends what the embedder was asked for. */
  stop(): void {
    this.#stop.abort();
  }

  #bytes(vector: Float32Array | undefined): Int8Array {
    const { dimensions, id } = this.#embedder;
    if (vector?.length === dimensions) return wholeNumbers(vector);
    throw new Error(`The embedder ${id} gave ${vector?.length ?? 0} numbers, not ${dimensions}`);
  }
}
