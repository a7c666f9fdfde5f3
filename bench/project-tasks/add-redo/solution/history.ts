/** The versions of a document. */
export class History {
  readonly #past: string[] = [];
  readonly #undone: string[] = [];
  #current: string;

  constructor(start: string) {
    this.#current = start;
  }

  get current(): string {
    return this.#current;
  }

  change(text: string): void {
    this.#past.push(this.#current);
    this.#undone.length = 0;
    this.#current = text;
  }

  /** @returns whether there was something to undo. */
  undo(): boolean {
    const before = this.#past.pop();
    if (before === undefined) return false;
    this.#undone.push(this.#current);
    this.#current = before;
    return true;
  }

  /** @returns whether there was something to redo. */
  redo(): boolean {
    const next = this.#undone.pop();
    if (next === undefined) return false;
    this.#past.push(this.#current);
    this.#current = next;
    return true;
  }
}
