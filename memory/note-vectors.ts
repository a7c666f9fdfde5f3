/** The vectors of notes, by the embedder that made them; those of another one are stored, and never compared. */
import type { Database } from "bun:sqlite";
import { OrgError } from "#core/errors.ts";
import { wholeNumbers } from "#language/vectors.ts";
import type { NoteEmbedder } from "./note-embedder.ts";
import { type LiveRow, liveNoteOf, NoteIndex } from "./note-index.ts";
import type { NoteRow } from "./note-table.ts";
import type { WordEmbedder } from "./word-embedder.ts";

/** Notes that another embedder made the vectors of are embedded anew, so many at once. */
const BATCH = 32;

type Live = LiveRow & { readonly v: Uint8Array | null };

/** What a text means, to one embedder. */
export interface TextVector {
  readonly text: string;
  /** Id of the embedder. */
  readonly by: string;
  readonly bytes: Int8Array;
}

export interface VectorParts {
  readonly embedder: NoteEmbedder;
  /** Stands in for an embedder that fails: it asks no model. */
  readonly wordEmbedder: WordEmbedder;
  readonly now: () => number;
  /** Told once, when the words stand in: what was loaded before is of another embedder. */
  readonly onFallBack: (error: OrgError) => void;
}

export class NoteVectors {
  readonly #database: Database;
  readonly #parts: VectorParts;
  #embedder: NoteEmbedder;
  readonly #stop = new AbortController();
  /** Whether every live note has a vector of this embedder. */
  #isComplete: boolean = true;

  constructor(database: Database, parts: VectorParts) {
    this.#database = database;
    this.#parts = parts;
    this.#embedder = parts.embedder;
  }

  /** An embedder that fails is left alone from then on, and the words stand in. @throws the reason of the signal. */
  async vectorOf(
    text: string,
    purpose: "query" | "document",
    signal: AbortSignal = this.#stop.signal,
  ): Promise<TextVector> {
    const embedder = this.#embedder;
    try {
      const [vector] = await embedder.embed([text], purpose, signal);
      return { text, by: embedder.id, bytes: bytesOf(vector, embedder) };
    } catch (error) {
      if (signal.aborted || !(error instanceof OrgError)) throw error;
      this.#fallBack(error);
      return {
        text,
        by: this.#parts.wordEmbedder.id,
        bytes: this.#parts.wordEmbedder.bytesOf(text),
      };
    }
  }

  /** A vector that can be compared with those of the index, also where the words stand in since it was made. */
  comparable({ text, by, bytes }: TextVector): Int8Array {
    return by === this.#embedder.id ? bytes : this.#parts.wordEmbedder.bytesOf(text);
  }

  keep(id: number, vector: TextVector): void {
    const { wordEmbedder } = this.#parts;
    this.#insert(id, this.#embedder.id, this.comparable(vector));
    // They cost nothing, and stand in as soon as they are needed.
    if (this.#embedder !== wordEmbedder)
      this.#insert(id, wordEmbedder.id, wordEmbedder.bytesOf(vector.text));
  }

  /** Those of every embedder. */
  drop(id: number): void {
    this.#database.query<unknown, [number]>("delete from vector where note = ?").run(id);
  }

  /** All live notes. Those without a vector are found by their words until {@link embedMissing} has made one. */
  load(): NoteIndex {
    const { dimensions, id } = this.#embedder;
    const index = new NoteIndex(this.#database, this.#embedder, this.#parts.now);
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

  /** @param write runs work in a transaction. */
  async embedMissing(write: (work: (notes: NoteIndex) => void) => Promise<void>): Promise<void> {
    while (!this.#isComplete) {
      const embedder = this.#embedder;
      const rows = this.#database
        .query<Pick<NoteRow, "id" | "text">, [string, number]>(
          `select id, text from note where state in ('staged', 'active')
           and not exists (select 1 from vector where note = note.id and embedder = ?) limit ?`,
        )
        .all(embedder.id, BATCH);
      this.#isComplete = rows.length === 0;
      if (rows.length === 0) return;
      const texts = rows.map(({ text }) => text);
      const vectors = await this.#documents(texts, embedder);
      if (vectors === undefined || this.#stop.signal.aborted) return;
      await write((notes) => {
        for (const [at, { id, text }] of rows.entries()) {
          if (!notes.has(id)) continue;
          const vector = { text, by: embedder.id, bytes: bytesOf(vectors[at], embedder) };
          this.keep(id, vector);
          notes.setVector(id, this.comparable(vector));
        }
      });
    }
  }

  /** Ends the requests to the embedder. */
  stop(): void {
    this.#stop.abort();
  }

  /** @returns undefined where the words stand in from now on. */
  async #documents(
    texts: readonly string[],
    embedder: NoteEmbedder,
  ): Promise<readonly Float32Array[] | undefined> {
    try {
      return await embedder.embed(texts, "document", this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted || !(error instanceof OrgError)) throw error;
      this.#fallBack(error);
      return undefined;
    }
  }

  #fallBack(error: OrgError): void {
    const { wordEmbedder, onFallBack } = this.#parts;
    if (this.#embedder === wordEmbedder) return;
    this.#embedder = wordEmbedder;
    this.#isComplete = true;
    onFallBack(error);
  }

  #insert(id: number, embedder: string, vector: Int8Array): void {
    this.#database
      .query<unknown, [number, string, Int8Array]>("insert or replace into vector values (?, ?, ?)")
      .run(id, embedder, vector);
  }
}

function bytesOf(vector: Float32Array | undefined, { dimensions, id }: NoteEmbedder): Int8Array {
  if (vector?.length === dimensions) return wholeNumbers(vector);
  const found = vector?.length ?? 0;
  throw new OrgError(`The embedder ${id} gave ${found} numbers, not ${dimensions}`, {
    code: "STREAM_ERROR",
    remedies: ["org config get embedding_model"],
    unchanged: "Notes are compared by their words.",
  });
}
