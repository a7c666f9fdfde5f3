/** Vectors of single words, as one file: a JSON line, the words a line each, then a signed byte per number. */
import { stem, withoutInflection } from "./stem.ts";

export interface WordVectors {
  /** Most frequent first. */
  readonly words: readonly string[];
  readonly dimensions: number;
  /** Row by row. */
  readonly vectors: Float32Array;
}

/** What a file of word vectors looks like. The length of a vector is not kept, only its direction. */
export function writeWordTable({ words, dimensions, vectors }: WordVectors): Uint8Array {
  const head = `${JSON.stringify({ words: words.length, dimensions })}\n${words.join("\n")}\n`;
  const rows = new Int8Array(words.length * dimensions);
  for (let start = 0; start < rows.length; start += dimensions) {
    const row = vectors.subarray(start, start + dimensions);
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    rows.set(
      row.map((value) => Math.round((value / largest) * 127)),
      start,
    );
  }
  return Buffer.concat([Buffer.from(head), new Uint8Array(rows.buffer)]);
}

/**
 * Looks words up; all vectors count as being of length 1. What only some processes need is made when it is first asked for:
 * all of it takes 50 ms of processor time, as much as everything else that a command does before its work.
 */
export class WordTable {
  readonly dimensions: number;
  readonly #rows: Int8Array;
  readonly #names: readonly string[];
  /** 0: not yet computed. */
  readonly #lengths: Float32Array;
  #ranks: ReadonlyMap<string, number> | undefined;
  #stemRanks: ReadonlyMap<string, number> | undefined;

  /** @throws {Error} when the bytes are not a table: the file is part of the program. */
  constructor(bytes: Uint8Array) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const namesAt = text.indexOf("\n") + 1;
    const head: unknown = JSON.parse(text.toString("latin1", 0, namesAt));
    const wordCount = fieldOf(head, "words");
    this.dimensions = fieldOf(head, "dimensions");
    const rowsAt = text.length - wordCount * this.dimensions;
    const names = text.toString("latin1", namesAt, rowsAt).split("\n");
    // The last word ends with a line end too, and the rows begin right behind it.
    if (names.pop() !== "" || names.length !== wordCount)
      throw new Error("The table of words is damaged");
    this.#names = names;
    this.#rows = new Int8Array(
      bytes.buffer,
      bytes.byteOffset + rowsAt,
      wordCount * this.dimensions,
    );
    this.#lengths = new Float32Array(wordCount);
  }

  get #rankOf(): ReadonlyMap<string, number> {
    this.#ranks ??= new Map(this.#names.map((name, rank) => [name, rank]));
    return this.#ranks;
  }

  /** The most frequent word of each stem. */
  get #rankOfStem(): ReadonlyMap<string, number> {
    // Backwards: of two words the more frequent one is set last.
    this.#stemRanks ??= new Map(
      this.#names.map((name, rank) => [stem(name), rank] as const).toReversed(),
    );
    return this.#stemRanks;
  }

  /** The rank of a word among all words, the most frequent first; `undefined` where it is unknown. */
  rankOf(word: string): number | undefined {
    const base = withoutInflection(word);
    const own = this.#rankOf.get(word) ?? this.#rankOf.get(base) ?? this.#rankOf.get(`${base}e`);
    // Of some words the table has one form only: "deleted", and neither "delete" nor "deletion".
    return own ?? this.#rankOfStem.get(stem(word));
  }

  /** Cosine of the angle between two words. */
  similarity(rank: number, other: number): number {
    return this.#dot(rank, other) / (this.#lengthOf(rank) * this.#lengthOf(other));
  }

  /** Adds `weight` times a word's vector. */
  add(rank: number, weight: number, sum: Float32Array): void {
    const start = rank * this.dimensions;
    const factor = weight / this.#lengthOf(rank);
    for (let i = 0; i < this.dimensions; i += 1) {
      sum[i] = (sum[i] ?? 0) + factor * (this.#rows[start + i] ?? 0);
    }
  }

  #lengthOf(rank: number): number {
    if (this.#lengths[rank] === 0) this.#lengths[rank] = Math.sqrt(this.#dot(rank, rank)) || 1;
    return this.#lengths[rank] ?? 1;
  }

  #dot(rank: number, other: number): number {
    const [a, b] = [rank * this.dimensions, other * this.dimensions];
    let sum = 0;
    for (let i = 0; i < this.dimensions; i += 1) {
      sum += (this.#rows[a + i] ?? 0) * (this.#rows[b + i] ?? 0);
    }
    return sum;
  }
}

function fieldOf(head: unknown, name: string): number {
  const value: unknown = Reflect.get(Object(head), name);
  if (typeof value === "number") return value;
  throw new Error("The table of words is damaged");
}
