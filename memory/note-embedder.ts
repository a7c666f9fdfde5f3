import type { Embedder } from "#language/embedder.ts";

/** What notes are compared by. */
export interface NoteEmbedder extends Embedder {
  /** How many numbers each vector has. */
  readonly dimensions: number;
  /** What it counts that a note has all the words of a question, where the cosine counts 1. */
  readonly coverage: number;
  /**
   * A question's vector to rank by, where rare words of it can count more; that of `embed` where this is left out.
   *
   * @param rarities of the question's stems among the notes, from about 0.7.
   */
  weighted?(question: string, rarities: ReadonlyMap<string, number>): Int8Array;
}
