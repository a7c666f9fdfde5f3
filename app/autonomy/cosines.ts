import { OrgError } from "#core/errors.ts";
import type { Embedder } from "#language/embedder.ts";
import { loadKnowledge } from "#language/load-knowledge.ts";
import { normalised } from "#language/vectors.ts";
import type { TextModel } from "#memory/note-embedder.ts";
import { WordEmbedder } from "#memory/word-embedder.ts";
import type { Cosines } from "./burst-knowledge.ts";

/** Longest wait for a model that makes vectors, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Compares texts by the model that notes are compared by; by the vectors of their words where there is none, or it fails. */
export function cosinesBy(model: () => Promise<TextModel | undefined>): Cosines {
  return async (text, others) => {
    if (others.length === 0) return [];
    const texts = [text, ...others];
    const [own = EMPTY, ...vectors] = await embedded(texts, model);
    return vectors.map((vector) => dot(own, vector));
  };
}

const EMPTY = new Float32Array();

async function embedded(
  texts: readonly string[],
  model: () => Promise<TextModel | undefined>,
): Promise<readonly Float32Array[]> {
  try {
    const found = await model();
    if (found !== undefined) return await vectorsOf(found, texts);
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
  }
  return await vectorsOf(new WordEmbedder(await loadKnowledge()), texts);
}

async function vectorsOf(
  embedder: Pick<Embedder, "embed">,
  texts: readonly string[],
): Promise<readonly Float32Array[]> {
  const vectors = await embedder.embed(texts, "document", AbortSignal.timeout(PATIENCE_MS));
  return vectors.map(normalised);
}

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
