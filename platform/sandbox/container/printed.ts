/** More than a reader is shown, so that no secret is cut before it is known. */
const MOST_BYTES = 128 * 1024;

/** The end of what a program prints, in whole lines where there are any. */
export class Printed {
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;
  #isCut: boolean = false;

  /** @param bytes retained: they must not change afterwards. */
  add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    for (;;) {
      const [first] = this.#parts;
      if (first === undefined || this.#bytes - first.length < MOST_BYTES) return;
      this.#parts.shift();
      this.#bytes -= first.length;
      this.#isCut = true;
    }
  }

  /** @param count of lines, from the end. */
  lines(count: number): string {
    const all = Buffer.concat(this.#parts);
    const tail = all.subarray(-MOST_BYTES);
    const isCut = this.#isCut || tail.length < all.length;
    const text = new TextDecoder().decode(tail);
    // Half a line, or half a word where there is only one line, may be half a secret.
    const whole = isCut ? text.replace(text.includes("\n") ? /^[^\n]*\n/ : /^\S*/, "") : text;
    return whole
      .split(/(?<=\n)/)
      .slice(-count)
      .join("");
  }
}
