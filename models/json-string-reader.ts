const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Decodes the text of a JSON string piece by piece, from behind its opening quote to its closing one. */
export class JsonStringReader {
  /** The beginning of an escape whose rest has not come yet. */
  #held = "";
  /** The first half of a character that is written as two escapes. */
  #high = "";
  #isClosed = false as boolean;

  /** @returns the text that is certain by now; nothing behind the closing quote counts. */
  push(piece: string): string {
    const parts: string[] = [];
    let text = this.#held + piece;
    this.#held = "";
    while (!this.#isClosed && text !== "") {
      const at = text.search(/["\\]/);
      if (at === -1) {
        parts.push(this.#plain(text));
        break;
      }
      if (at > 0) parts.push(this.#plain(text.slice(0, at)));
      if (text[at] === '"') {
        this.#isClosed = true;
        break;
      }
      const length = text[at + 1] === "u" ? 6 : 2;
      if (text.length < at + length) {
        this.#held = text.slice(at);
        break;
      }
      parts.push(this.#escape(text.slice(at, at + length)));
      text = text.slice(at + length);
    }
    return parts.join("");
  }

  /** Half a character that never got its other half. */
  end(): string {
    const rest = this.#high === "" ? "" : "\uFFFD";
    this.#high = "";
    return rest;
  }

  #plain(text: string): string {
    return this.end() + text;
  }

  #escape(written: string): string {
    if (written[1] !== "u") return this.#plain(ESCAPES[written[1] ?? ""] ?? written.slice(1));
    const unit = String.fromCharCode(Number.parseInt(written.slice(2), 16) || 0xff_fd);
    const isLow = /^[\uDC00-\uDFFF]$/.test(unit);
    if (this.#high !== "" && isLow) {
      const whole = this.#high + unit;
      this.#high = "";
      return whole;
    }
    const before = this.end();
    if (/^[\uD800-\uDBFF]$/.test(unit)) {
      this.#high = unit;
      return before;
    }
    return before + (isLow ? "\uFFFD" : unit);
  }
}
