/** Any embedding model as one whose cosines mean the same: 0 for texts that have nothing to do with each other. */
import type { Embedder } from "./embedder.ts";
import { normalised } from "./vectors.ts";

/** Sentences of as many matters as possible; what the vectors of all of them have in common says nothing. */
const SENTENCES: readonly string[] = [
  "The train to the coast leaves at noon.",
  "Add a test before you change the parser.",
  "She sings in a choir on Wednesdays.",
  "Two cups of flour and a pinch of salt.",
  "The server answers on port 443.",
  "Glaciers move a few metres in a year.",
  "He broke his arm while skating.",
  "The invoice has to be paid within thirty days.",
  "Cats sleep for most of the day.",
  "Who won the election in the capital?",
  "The function returns an empty list.",
  "My grandmother grew roses behind the house.",
  "Rain is expected in the evening.",
  "The museum is closed on Mondays.",
  "A violin has four strings.",
  "Please send me the password again.",
  "The patient was given antibiotics.",
  "Their team lost in the last minute.",
  "Copper conducts heat better than iron.",
  "We moved to a smaller flat in May.",
  "The judge dismissed the case.",
  "Bees tell each other where flowers are.",
  "The meeting is postponed until next week.",
  "Paint the fence before winter comes.",
];

interface Centred extends Embedder {
  /** How many numbers each vector has. */
  readonly dimensions: number;
}

/**
 * Many models give any two texts a cosine of 0.4 to 0.8. Taken away is what all texts have in common, so that one threshold
 * holds for every model.
 *
 * @throws what the embedder throws.
 */
export async function centred(embedder: Embedder, signal: AbortSignal): Promise<Centred> {
  const made = (await embedder.embed(SENTENCES, "document", signal)).map(normalised);
  const dimensions = made[0]?.length ?? 0;
  const common = Float32Array.from({ length: dimensions }, (_, at) => {
    return made.reduce((sum, vector) => sum + (vector[at] ?? 0), 0) / made.length;
  });
  const without = (vector: Float32Array) =>
    normalised(normalised(vector).map((number, at) => number - (common[at] ?? 0)));
  return {
    // Another model under the same name has other numbers, mostly more or fewer of them.
    id: `${embedder.id} centred ${dimensions}`,
    dimensions,
    embed: async (...request) => (await embedder.embed(...request)).map(without),
  };
}
