/** The whole answer of a persona that has nothing to add. */
const PASS = "@@pass";

/** A pass with this much space around it is none; keeps the look at each piece cheap. */
const LONGEST_PASS = 64;

/**
 * Holds the beginning of an answer back while it could still be a lone `@@pass`, so that a pass never
 * shows on a screen. Anything else comes through as it is.
 */
export class PassTokenFilter {
  /** The beginning of the answer; `undefined` once it is certain that this is not a pass. */
  #held: string | undefined = "";

  push(text: string): string {
    if (this.#held === undefined) return text;
    this.#held += text;
    if (this.#held.length > LONGEST_PASS) return this.#release();
    const start = this.#held.trim();
    if (start === PASS || PASS.startsWith(start)) return "";
    return this.#release();
  }

  /** What was still held, unless it is a pass. */
  end(): string {
    return this.passed ? "" : this.#release();
  }

  /** Whether the text is nothing but a pass; certain once the answer has ended. */
  get passed(): boolean {
    return this.#held?.trim() === PASS;
  }

  #release(): string {
    const held = this.#held ?? "";
    this.#held = undefined;
    return held;
  }
}
