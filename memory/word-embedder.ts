import { normalised, wholeNumbers } from "#language/vectors.ts";
import { Dictionary, type WordKnowledge } from "#language/vocabulary.ts";
import type { NoteEmbedder } from "./note-embedder.ts";

/** What a word counts that the table does not have: mostly names, by which notes are told apart. */
const UNKNOWN_WORD = 0.6;

/** The "n't" of "don't": none of the words around it means less for it. */
const CONTRACTED = /(?:n['’]t|(?<=\p{L})['’](?:s|re|ve|ll|d|m))(?!\p{L})/giu;
/** After so many texts the words that were looked up are dropped: in years most words are met. */
const TEXTS_REMEMBERED = 10_000;

/** Embeds texts by the sum of their word vectors: no model, some microseconds a text. */
export class WordEmbedder implements NoteEmbedder {
  readonly id = "words-128";
  readonly coverage = 0.45;
  readonly dimensions: number;
  readonly #knowledge: WordKnowledge;
  #dictionary: Dictionary;
  #texts = 0;

  constructor(knowledge: WordKnowledge) {
    this.#knowledge = knowledge;
    this.dimensions = knowledge.table.dimensions;
    this.#dictionary = new Dictionary(knowledge);
  }

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    return texts.map((text) => this.vectorOf(text));
  }

  /** The same as signed bytes. */
  bytesOf(text: string): Int8Array {
    return wholeNumbers(this.vectorOf(text));
  }

  /** What every note says tells none of them apart. */
  weighted(question: string, rarities: ReadonlyMap<string, number>): Int8Array {
    return wholeNumbers(this.vectorOf(question, rarities));
  }

  /** Of length 1; zeros for a text without words. @param rarities by stem; all alike where they are left out. */
  vectorOf(text: string, rarities?: ReadonlyMap<string, number>): Float32Array {
    const { table } = this.#knowledge;
    this.#texts += 1;
    if (this.#texts % TEXTS_REMEMBERED === 0) this.#dictionary = new Dictionary(this.#knowledge);
    const sum = new Float32Array(table.dimensions);
    for (const term of this.#dictionary.termsOf(text.replace(CONTRACTED, " "))) {
      const weight = term.weight * Math.sqrt(rarities?.get(term.stem) ?? 1);
      if (term.rank === undefined) addUnknown(term.stem, weight * UNKNOWN_WORD, sum);
      else table.add(term.rank, weight, sum);
    }
    return normalised(sum);
  }
}

/** A direction of its own for each word that the table does not have, the same in every process. */
function addUnknown(stem: string, weight: number, sum: Float32Array): void {
  const bits = new Bun.CryptoHasher("sha512").update(stem).digest();
  const step = weight / Math.sqrt(sum.length);
  for (let i = 0; i < sum.length; i += 1) {
    const isSet = ((bits[(i >> 3) % bits.length] ?? 0) >> (i & 7)) & 1;
    sum[i] = (sum[i] ?? 0) + (isSet === 1 ? step : -step);
  }
}
