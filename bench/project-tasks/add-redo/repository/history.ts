/** The versions of a document. */
export class History {
  readonly #past: string[] = [];
  #current: string;

  constructor(start: string) {
    this.#current = start;
  }

  get current(): string {
    return this.#current;
  }

  change(text: string): void {
    this.#past.push(this.#current);
    this.#current = text;
  }

  /** @returns whether there was something to undo. */
  undo(): boolean {
    const before = this.#past.pop();
    if (before === undefined) return false;
    this.#current = before;
    return true;
  }
}
