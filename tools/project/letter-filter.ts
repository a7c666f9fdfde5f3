/** A quick look whether bytes may hold one of some texts: most of 200,000 names hold none, and need not become strings. */

/** Of a letter, whether large or small, five bits are the same. */
const BITS = 0x1f;
const WIDTH = 5;
const ASCII_END = 0x80;

/** Of some texts the first three letters; false answers are only ever "may". */
export class LetterFilter {
  readonly #beginnings: Uint8Array = new Uint8Array(1 << (3 * WIDTH));
  #isOpen: boolean = false;

  /** @param texts that are looked for, large and small letters alike. */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.#add(text);
  }

  #add(text: string): void {
    const [first, second, third] = [...text].slice(0, 3).map((letter) => letter.charCodeAt(0));
    // What is not ASCII is looked at in any case.
    if ([first, second, third].some((code) => code !== undefined && code >= ASCII_END)) return;
    if (first === undefined || second === undefined) {
      this.#isOpen = true;
      return;
    }
    const pair = (((first & BITS) << WIDTH) | (second & BITS)) << WIDTH;
    if (third === undefined) this.#beginnings.fill(1, pair, pair + BITS + 1);
    else this.#beginnings[pair | (third & BITS)] = 1;
  }

  /** @param start where the text begins in the bytes; `end` where it ends. */
  mayBeIn(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#isOpen) return true;
    const beginnings = this.#beginnings;
    let key = 0;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte >= ASCII_END) return true;
      key = ((key << WIDTH) | (byte & BITS)) & (beginnings.length - 1);
      if (at >= start + 2 && beginnings[key] === 1) return true;
    }
    // The last two letters may be one of two.
    return end - start >= 2 && beginnings[(key << WIDTH) & (beginnings.length - 1)] === 1;
  }
}
