/** Vectors of texts, all of length 1, and which of them point the same way. */

/** What the largest number of a vector is written as. */
const LARGEST = 127;

/** As many rows as there is room for at first. */
const FIRST_ROWS = 16;

/**
 * Vectors that come and go, all of length 1, in one array: a signed byte a number. Sums of whole numbers take half the time
 * of sums of fractions, and the order of the nearest hardly changes.
 */
export class VectorRows {
  /** How many numbers each vector has. */
  readonly dimensions: number;
  #rows: Int8Array;
  /** One over the length of each row. */
  #factors: Float32Array;
  #count = 0;

  /** @param expected for so many rows there is room from the start. */
  constructor(dimensions: number, expected: number = FIRST_ROWS) {
    this.dimensions = dimensions;
    this.#rows = new Int8Array(expected * dimensions);
    this.#factors = new Float32Array(expected);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a row behind all others. @param row as {@link wholeNumbers} gives it, or the same as it was read from a disk. */
  push(row: Int8Array | Uint8Array): void {
    if (this.#count === this.#factors.length) this.#grow();
    this.#count += 1;
    this.set(this.#count - 1, row);
  }

  set(index: number, row: Int8Array | Uint8Array): void {
    const start = index * this.dimensions;
    // A byte of 255 is taken as -1.
    this.#rows.set(row, start);
    let sum = 0;
    for (let at = start; at < start + this.dimensions; at += 1) {
      const value = this.#rows[at] ?? 0;
      sum = (sum + Math.imul(value, value)) | 0;
    }
    this.#factors[index] = 1 / (Math.sqrt(sum) || 1);
  }

  /** Takes a row away: the last one gets its index. */
  remove(index: number): void {
    const { dimensions } = this;
    const last = this.#count - 1;
    this.#rows.copyWithin(index * dimensions, last * dimensions, (last + 1) * dimensions);
    this.#factors[index] = this.#factors[last] ?? 0;
    this.#count = last;
  }

  /** The cosine of a vector with each row, in their order. */
  cosines(query: Int8Array): Float32Array {
    const length = lengthOf(query);
    const scores = new Float32Array(this.#count);
    for (let row = 0; row < this.#count; row += 1) {
      scores[row] = (this.#dot(row, query) * (this.#factors[row] ?? 0)) / length;
    }
    return scores;
  }

  /** The same with one row. */
  cosine(row: number, query: Int8Array): number {
    return (this.#dot(row, query) * (this.#factors[row] ?? 0)) / lengthOf(query);
  }

  #grow(): void {
    const room = Math.max(FIRST_ROWS, this.#factors.length * 2);
    const rows = new Int8Array(room * this.dimensions);
    rows.set(this.#rows);
    const factors = new Float32Array(room);
    factors.set(this.#factors);
    this.#rows = rows;
    this.#factors = factors;
  }

  #dot(row: number, query: Int8Array): number {
    // Four sums instead of one: none has to wait for the addition before it. `| 0` keeps them whole.
    const rows = this.#rows;
    let at = row * this.dimensions;
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = 0;
    for (; i + 3 < this.dimensions; i += 4, at += 4) {
      a = (a + Math.imul(rows[at] ?? 0, query[i] ?? 0)) | 0;
      b = (b + Math.imul(rows[at + 1] ?? 0, query[i + 1] ?? 0)) | 0;
      c = (c + Math.imul(rows[at + 2] ?? 0, query[i + 2] ?? 0)) | 0;
      d = (d + Math.imul(rows[at + 3] ?? 0, query[i + 3] ?? 0)) | 0;
    }
    for (; i < this.dimensions; i += 1, at += 1) a += (rows[at] ?? 0) * (query[i] ?? 0);
    return a + b + c + d;
  }
}

/** Compares a vector with many that stay as they are. */
export class VectorIndex {
  readonly #rows: VectorRows;

  /** @param vectors of any length, all with as many numbers. */
  constructor(vectors: readonly Float32Array[]) {
    this.#rows = new VectorRows(vectors[0]?.length ?? 0, vectors.length);
    for (const vector of vectors) this.#rows.push(wholeNumbers(vector));
  }

  /** How many numbers each vector has. */
  get dimensions(): number {
    return this.#rows.dimensions;
  }

  /** Indexes of the nearest vectors, best first; those that point away are none. */
  search(query: Float32Array, most: number): readonly number[] {
    return topOf(this.#rows.cosines(wholeNumbers(query)), most);
  }
}

/** A vector as signed bytes; only its direction stays. */
export function wholeNumbers(vector: Float32Array): Int8Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return Int8Array.from(vector, (value) => Math.round((value / largest) * LARGEST));
}

function lengthOf(vector: Int8Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
}

/** The indices of the largest positive scores, largest first; equal ones in order. */
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
