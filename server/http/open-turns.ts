/** The answers that are under way, so that a server can leave between them. */
export class OpenTurns {
  #state: "open" | "leaving" = "open";
  #count = 0;
  readonly #drained = Promise.withResolvers<void>();

  /** No new answer may begin. */
  get isLeaving(): boolean {
    return this.#state === "leaving";
  }

  /** Streams an answer, which counts from its first event to its last. */
  async *during<Item>(events: AsyncIterable<Item>): AsyncGenerator<Item, void> {
    this.#count += 1;
    try {
      yield* events;
    } finally {
      this.#count -= 1;
      this.#settle();
    }
  }

  /** Lets no request in any more, and resolves when the last answer is over. */
  async leave(): Promise<void> {
    this.#state = "leaving";
    this.#settle();
    await this.#drained.promise;
  }

  #settle(): void {
    if (this.isLeaving && this.#count === 0) this.#drained.resolve();
  }
}
