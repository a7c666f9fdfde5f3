/** Turns texts into vectors; what it is, the composition root decides. */
export interface Embedder {
  /** Vectors of another one mean something else. */
  readonly id: string;
  /**
   * @returns a vector for each text, all with as many numbers.
   * @throws {OrgError} when it cannot; the search then does without.
   */
  embed(
    texts: readonly string[],
    purpose: "query" | "document",
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]>;
}
