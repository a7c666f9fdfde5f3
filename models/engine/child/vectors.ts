/** A loaded model that makes vectors of texts. */
import { type LoadOptions, loadModel } from "./load-model.ts";

export interface VectorsOptions extends LoadOptions {
  /** Most tokens of a text; what comes behind them is not read. */
  readonly contextTokens: number;
}

export interface Vectors {
  /** Most tokens of a text. */
  readonly contextTokens: number;
  /** Weights of the model. */
  readonly parameters: number;
  /** @throws the reason of the signal between two texts. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded>;
}

interface Embedded {
  /** In the order of the texts, all of length 1. */
  readonly vectors: readonly (readonly number[])[];
  /** How many were read, with those at the beginning and the end of each text. */
  readonly tokens: number;
}

/** At the beginning and at the end of every text. */
const FRAME_TOKENS = 2;

/** Loads a model. @throws whatever the library throws where it cannot. */
export async function openVectors(options: VectorsOptions): Promise<Vectors> {
  const { threads, contextTokens: most } = options;
  const { model } = await loadModel(options);
  // The library refuses a text that fills the context.
  const size = most + 1;
  const context = await model.createEmbeddingContext({
    ...{ contextSize: size, batchSize: size, threads },
  });
  return {
    contextTokens: most,
    parameters: model.fileInsights.totalParameters,
    embed: async (texts, signal) => {
      const vectors: (readonly number[])[] = [];
      let tokens = 0;
      for (const text of texts) {
        signal.throwIfAborted();
        const read = model.tokenize(text).slice(0, most - FRAME_TOKENS);
        tokens += read.length + FRAME_TOKENS;
        vectors.push(ofLengthOne((await context.getEmbeddingFor(read)).vector));
      }
      return { vectors, tokens };
    },
  };
}

function ofLengthOne(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((number) => number / length);
}
