/**
 * Turns calls into a stream: what is pushed comes out in order, whenever the reader is ready for it.
 * One reader. Leaving its loop drops the rest.
 */
export class AsyncQueue<Item> implements AsyncIterable<Item> {
  #items: Item[] = [];
  #wake: (() => void) | undefined;
  #closed = false as boolean;

  push(item: Item): void {
    if (this.#closed) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** Ends the stream behind what was pushed so far. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    try {
      for (;;) {
        // Taken in batches: shifting one by one is quadratic on a long backlog.
        const batch = this.#items;
        this.#items = [];
        yield* batch;
        if (this.#items.length > 0) continue;
        if (this.#closed) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    } finally {
      this.close();
      this.#items = [];
    }
  }
}
