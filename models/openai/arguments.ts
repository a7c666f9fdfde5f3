/** The arguments of one declared call, as they come in. */
import { type Fields, isFields, parseJson } from "#core/json.ts";

/** JSON text in pieces. Each character is looked at a bounded number of times, however it is cut. */
export class ArgumentsText {
  // Joined once: a string grown piece by piece would be flattened again and again.
  readonly #pieces: string[] = [];
  readonly #maxLength: number;
  #length = 0;
  #object: Fields | undefined;
  /** Pieces that {@link isWhole} has scanned, and the state it left. */
  #scanned = 0;
  #depth = 0;
  #opened = 0;
  #state: "plain" | "string" | "escape" = "plain";

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** In characters, those over the limit included. */
  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#length === 0 && this.#object === undefined;
  }

  /** An object is all of the arguments; text is a piece of their JSON. */
  push(args: string | Fields): void {
    if (typeof args !== "string") {
      this.#object = args;
      return;
    }
    this.#length += args.length;
    if (this.#length <= this.#maxLength) this.#pieces.push(args);
  }

  /** Whether an object was opened and closed again; it may still be no valid JSON inside. */
  isWhole(): boolean {
    if (this.#object !== undefined) return true;
    for (; this.#scanned < this.#pieces.length; this.#scanned += 1) {
      for (const character of this.#pieces[this.#scanned] ?? "") this.#scan(character);
    }
    return this.#opened > 0 && this.#depth === 0 && this.#length <= this.#maxLength;
  }

  /** Whether it is JSON, and not merely the beginning of some. */
  isParsable(): boolean {
    return !this.isEmpty && typeof this.value() !== "string";
  }

  /**
   * What the text says. Text that is not JSON stays text: the check of the arguments may mend it, or
   * tell the model.
   */
  value(): unknown {
    if (this.#object !== undefined) return this.#object;
    const text = this.#pieces.join("").trim();
    if (text === "" || text === "null" || text === '""') return {};
    const once = parseJson(text) ?? text;
    // Some models write the JSON of the arguments into a JSON string.
    const twice = typeof once === "string" ? parseJson(once) : undefined;
    return isFields(twice) ? twice : once;
  }

  #scan(character: string): void {
    if (this.#state === "escape") this.#state = "string";
    else if (this.#state === "string") {
      if (character === "\\") this.#state = "escape";
      else if (character === '"') this.#state = "plain";
    } else if (character === '"') this.#state = "string";
    else if (character === "{") {
      this.#depth += 1;
      this.#opened += 1;
    } else if (character === "}") this.#depth -= 1;
  }
}
