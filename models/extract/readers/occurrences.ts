/**
 * Finds strings in a text again and again from growing positions, in linear time all together:
 * a string that was found far ahead, or not at all, is not looked for again.
 */
export class Occurrences {
  readonly #text: string;
  readonly #known = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Index of the next occurrence at or after `from`; the text's length when there is none. */
  next(needle: string, from: number): number {
    const known = this.#known.get(needle);
    if (known !== undefined && known >= from) return known;
    const index = this.#text.indexOf(needle, from);
    const found = index < 0 ? this.#text.length : index;
    this.#known.set(needle, found);
    return found;
  }
}
