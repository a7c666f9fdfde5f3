import { headOf } from "./head.ts";

/** Lets no more than a number of characters through, and reports how many. */
export class Cap {
  readonly #limit: number;
  #passed = 0;
  #dropped = 0;

  /** @param limit longest text in characters, without the line that {@link end} adds. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(text: string): string {
    const room = this.#limit - this.#passed;
    if (text.length <= room) {
      this.#passed += text.length;
      return text;
    }
    // Half a character that is left out counts as missing.
    const head = headOf(text, room);
    this.#passed = this.#limit;
    this.#dropped += text.length - head.length;
    return head;
  }

  /** The text about the characters that are missing. */
  end(): string {
    const dropped = this.#dropped;
    this.#passed = 0;
    this.#dropped = 0;
    return dropped === 0 ? "" : `\n[… ${dropped.toLocaleString("en")} characters left out …]`;
  }
}
