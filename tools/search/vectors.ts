/** Vectors of texts, all of length 1, and which of them point the same way. */

/** Compares a vector with many: their rows lie in one array. */
export class VectorIndex {
  readonly #rows: Float32Array;
  readonly #dimensions: number;
  readonly #count: number;

  constructor(vectors: readonly Float32Array[]) {
    this.#dimensions = vectors[0]?.length ?? 0;
    this.#count = vectors.length;
    this.#rows = new Float32Array(this.#count * this.#dimensions);
    for (const [index, vector] of vectors.entries()) {
      this.#rows.set(vector, index * this.#dimensions);
    }
  }

  /** Indexes of the nearest vectors, best first; those that point away are none. */
  search(query: Float32Array, most: number): readonly number[] {
    const scores = new Float32Array(this.#count);
    for (let row = 0; row < this.#count; row += 1) scores[row] = this.#dot(row, query);
    return topOf(scores, most);
  }

  #dot(row: number, query: Float32Array): number {
    // Four sums instead of one: none has to wait for the addition before it.
    const rows = this.#rows;
    let at = row * this.#dimensions;
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = 0;
    for (; i + 3 < this.#dimensions; i += 4, at += 4) {
      a += (rows[at] ?? 0) * (query[i] ?? 0);
      b += (rows[at + 1] ?? 0) * (query[i + 1] ?? 0);
      c += (rows[at + 2] ?? 0) * (query[i + 2] ?? 0);
      d += (rows[at + 3] ?? 0) * (query[i + 3] ?? 0);
    }
    for (; i < this.#dimensions; i += 1, at += 1) a += (rows[at] ?? 0) * (query[i] ?? 0);
    return a + b + c + d;
  }
}

/** The places of the largest positive scores, largest first; equal ones in order. */
export function topOf(scores: Float32Array, most: number): readonly number[] {
  // Few are asked for out of many: a sorted short list is faster than sorting all.
  const top: number[] = [];
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] ?? 0;
    const last = top[most - 1];
    if (score <= 0 || (last !== undefined && score <= (scores[last] ?? 0))) continue;
    let at = Math.min(top.length, most - 1);
    for (; at > 0 && (scores[top[at - 1] ?? 0] ?? 0) < score; at -= 1) top[at] = top[at - 1] ?? 0;
    top[at] = index;
  }
  return top;
}

/** Of length 1; zeros stay zeros. */
export function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}
