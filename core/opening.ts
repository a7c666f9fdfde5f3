/** What is opened by its first use, and open from then on. */
export class Opening<Value> {
  readonly #open: () => Promise<Value>;
  #opened: Promise<Value> | undefined;

  constructor(open: () => Promise<Value>) {
    this.#open = open;
  }

  /** Opens it, or waits until it is open. @throws what opening throws; the next use opens anew, for the reason may be gone. */
  async value(): Promise<Value> {
    const opened = this.#opened ?? this.#open();
    this.#opened = opened;
    try {
      return await opened;
    } catch (error) {
      if (this.#opened === opened) this.#opened = undefined;
      throw error;
    }
  }
}
