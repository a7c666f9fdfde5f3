import type { Embedder } from "#language/embedder.ts";

/** What notes are compared by. */
export interface NoteEmbedder extends Embedder {
  /** How many numbers each vector has. */
  readonly dimensions: number;
  /** What it counts that a note has all the words of a question, where the cosine counts 1. */
  readonly coverage: number;
  /**
   * A question's vector to rank by, where rare words of it can count more; that of `embed` where this is absent.
   *
   * @param rarities of the question's stems among the notes, from about 0.7.
   */
  weighted?(question: string, rarities: ReadonlyMap<string, number>): Int8Array;
}

/**
 * Measured with all-MiniLM-L6-v2 and 104 questions in other words than their notes: 0.05 and 0.1 found 0.740 of them among five,
 * 0.15 0.731, 0.45 0.721; in their own words all were found with each.
 */
const COVERAGE = 0.1;

/** A model that makes vectors of texts. */
export type TextModel = Pick<NoteEmbedder, "id" | "dimensions" | "embed">;

/** Notes compared by a model. */
export function byModel(model: TextModel): NoteEmbedder {
  const { id, dimensions } = model;
  return { id, dimensions, coverage: COVERAGE, embed: (...args) => model.embed(...args) };
}
