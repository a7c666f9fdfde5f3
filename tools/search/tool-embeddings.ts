import { OrgError } from "#core/errors.ts";
import type { Embedder } from "#language/embedder.ts";
import { VectorIndex } from "#language/vectors.ts";
import { type SearchDocument, textOf } from "./document.ts";
import type { EmbeddingCache } from "./embedding-cache.ts";

/** A server that failed is left alone so long, in milliseconds: each search would wait for it. */
const PAUSE_MS = 60_000;
/** As much of a text as every embedding model reads, in characters. */
const MOST_CHARACTERS = 2000;
/** So many of the nearest are returned. */
const MOST_NEAREST = 100;

export interface ToolEmbeddingsOptions {
  readonly embedder: Embedder;
  readonly cache: EmbeddingCache;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

interface Indexed {
  readonly documents: readonly SearchDocument[];
  readonly vectors: VectorIndex;
}

/** Ranks tools by an embedding model, and does without it where it fails. */
export class ToolEmbeddings {
  readonly #options: ToolEmbeddingsOptions;
  #indexed: Indexed | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #notice: string | undefined;
  /** What was reported already: a model that goes on failing is reported once. */
  #reported: string | undefined;

  constructor(options: ToolEmbeddingsOptions) {
    this.#options = options;
  }

  /**
   * Indexes of the documents that are nearest to a question, best first.
   *
   * @param documents the same array as long as they are the same.
   * @returns undefined where the model cannot be asked; {@link takeNotice} says why.
   */
  async nearest(
    documents: readonly SearchDocument[],
    query: string,
    signal: AbortSignal,
  ): Promise<readonly number[] | undefined> {
    const { now = () => performance.now() } = this.#options;
    if (documents.length === 0 || query.trim() === "" || now() < this.#pausedUntil)
      return undefined;
    try {
      const nearest = await this.#nearest(documents, query, signal);
      this.#reported = undefined;
      return nearest;
    } catch (error) {
      if (signal.aborted || !(error instanceof OrgError)) throw error;
      this.#pausedUntil = now() + PAUSE_MS;
      const why = error.why === undefined ? "" : ` (${error.why})`;
      const notice = `tools are searched without the embedding model: ${error.message}${why}`;
      if (notice !== this.#reported) this.#notice = notice;
      this.#reported = notice;
      return undefined;
    }
  }

  /** What a person should know, once. */
  takeNotice(): string | undefined {
    const notice = this.#notice;
    this.#notice = undefined;
    return notice;
  }

  async #nearest(
    documents: readonly SearchDocument[],
    query: string,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const vector = await this.#vectorOf(query, signal);
    const index = await this.#index(documents, signal);
    if (index?.dimensions === vector.length) return index.search(vector, MOST_NEAREST);
    // The server has another model under the same name by now.
    this.#options.cache.forget(this.#options.embedder);
    this.#indexed = undefined;
    const again = await this.#vectorOf(query, signal);
    return (await this.#index(documents, signal))?.search(again, MOST_NEAREST) ?? [];
  }

  async #vectorOf(query: string, signal: AbortSignal): Promise<Float32Array> {
    const [vector] = await this.#embed([query], "query", signal);
    return vector ?? new Float32Array(0);
  }

  /** @returns undefined where the vectors are those of several models. */
  async #index(
    documents: readonly SearchDocument[],
    signal: AbortSignal,
  ): Promise<VectorIndex | undefined> {
    if (this.#indexed?.documents === documents) return this.#indexed.vectors;
    const made = await this.#embed(documents.map(textOf), "document", signal);
    if (new Set(made.map(({ length }) => length)).size > 1) return undefined;
    this.#indexed = { documents, vectors: new VectorIndex(made) };
    return this.#indexed.vectors;
  }

  async #embed(
    texts: readonly string[],
    purpose: "query" | "document",
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const { cache, embedder } = this.#options;
    const short = texts.map((text) => text.slice(0, MOST_CHARACTERS).toWellFormed());
    return await cache.embed(embedder, short, { purpose, signal });
  }
}
