import { LIMITS } from "../limits.ts";
import { endsString, QUOTES, readEscape, skipBlanks } from "./strings.ts";

/** Nesting beyond the limit; the caller turns it into an event. */
export class TooDeep extends Error {
  override readonly name = "TooDeep";
}

export interface LiteralOptions {
  /** Python: adjacent strings are one, escapes and sets of that language. */
  readonly python?: boolean;
  /** A marker that delimits strings, such as `<escape>`. */
  readonly delimiter?: string;
}

const NUMBER =
  /[-+]?(?:0[xX][\da-fA-F]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?=[\s,}\])]|$)/y;
const STRING_PREFIX = /(?:[rbfu]|rb|br|fr|rf)(?=["'])/iy;
const PLACEHOLDER = /^(?:\.\.\.|…|<[^<>]*>)$/;
const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  null: null,
  None: null,
  undefined: null,
  nil: null,
  NaN: null,
};

/**
 * Reads one value as models write them: JSON, Python, or something between. Never fails on text;
 * what it cannot read it takes for a bare string, and what is missing it adds.
 */
export class LiteralReader {
  /** Index of the next character. */
  at: number;
  /** Brackets and quotation marks that the text ended without. */
  missing = 0;
  /** The text ended inside a string, a number or a word. */
  cutInside = false;
  /** A value was left open on purpose, as documentation does: `...` or `<your value>`. */
  placeholder = false;
  readonly #text: string;
  readonly #options: LiteralOptions;
  #depth = 0;

  constructor(text: string, at: number, options: LiteralOptions = {}) {
    this.#text = text;
    this.at = at;
    this.#options = options;
  }

  /** Goes on behind white space and comments. @returns the next character. */
  skip(): string {
    for (;;) {
      this.at = skipBlanks(this.#text, this.at);
      if (!this.#skipComment()) return this.#text.charAt(this.at);
    }
  }

  /**
   * @param inList a comma always ends the value.
   * @throws {TooDeep} beyond the deepest nesting allowed.
   */
  value(inList = false): unknown {
    const char = this.skip();
    if (char === "{") return this.#nested(() => this.#object());
    if (char === "[") return this.#nested(() => this.#list("]"));
    if (char === "(" && this.#options.python === true) return this.#nested(() => this.#list(")"));
    if (this.#delimited() || QUOTES.has(char) || this.#skipStringPrefix()) {
      return this.string("value");
    }
    return this.#number() ?? this.#word(inList);
  }

  /** Reads the string that begins here; adjacent ones are joined in Python. */
  string(place: "key" | "value"): string {
    if (this.#delimited()) return this.#delimitedString();
    let value = this.#quoted(place);
    while (this.#options.python === true && this.#continues()) value += this.#quoted(place);
    return value;
  }

  #skipComment(): boolean {
    const two = this.#text.slice(this.at, this.at + 2);
    if (two === "/*") this.at = endOf(this.#text, "*/", this.at);
    else if (two === "//" || two === "# " || (two[0] === "#" && this.#options.python === true)) {
      this.at = endOf(this.#text, "\n", this.at);
    } else return false;
    return true;
  }

  #nested(read: () => unknown): unknown {
    this.#depth += 1;
    if (this.#depth > LIMITS.depth) throw new TooDeep(`nested deeper than ${LIMITS.depth}`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): unknown {
    this.at += 1;
    // `{{"name": …}}`: the braces of a prompt template, copied.
    const doubled = this.skip() === "{";
    if (doubled) this.at += 1;
    const object: Record<string, unknown> = {};
    const members: unknown[] = [];
    for (;;) {
      const char = this.skip();
      if (char === "" || char === "]" || char === ")") {
        if (char === "") this.missing += 1;
        break;
      }
      this.at += char === "}" || char === "," || char === ";" ? 1 : 0;
      if (char === "}") break;
      if (char !== "," && char !== ";") this.#member(object, members);
    }
    if (doubled && this.skip() === "}") this.at += 1;
    return members.length > 0 && Object.keys(object).length === 0 ? members : object;
  }

  #member(object: Record<string, unknown>, members: unknown[]): void {
    const start = this.at;
    const key = this.#key();
    const separator = this.skip();
    if (separator === ":" || separator === "=") {
      this.at += this.#text.startsWith("=>", this.at) ? 2 : 1;
      define(object, key, this.#memberValue());
      return;
    }
    // A set, as in Python, or something that cannot be read and is passed over.
    this.at = start;
    const value = this.value(true);
    if (this.at === start) this.at += 1;
    else if (this.#options.python === true) members.push(value);
  }

  #memberValue(): unknown {
    const char = this.skip();
    return char === "," || char === "}" ? null : this.value();
  }

  #key(): string {
    const char = this.#text.charAt(this.at);
    if (this.#delimited() || QUOTES.has(char)) return this.string("key");
    const end = indexOfAny(this.#text, ":=,{}[]\n", this.at);
    const key = this.#text.slice(this.at, end).trim();
    this.at = end;
    return key;
  }

  #list(close: string): unknown[] {
    this.at += 1;
    const list: unknown[] = [];
    for (;;) {
      const char = this.skip();
      if (char === "") {
        this.missing += 1;
        return list;
      }
      if (char === close) {
        this.at += 1;
        return list;
      }
      if (char === "}" || (char === ")" && this.#options.python === true)) return list;
      const start = this.at;
      if (char !== "," && char !== ";") list.push(this.value(true));
      if (this.at === start) this.at += 1;
    }
  }

  #quoted(place: "key" | "value"): string {
    const closing = QUOTES.get(this.#text.charAt(this.at)) ?? '"';
    const triple = this.#triple();
    this.at += triple === "" ? 1 : 3;
    const parts: string[] = [];
    let from = this.at;
    while (this.at < this.#text.length) {
      const char = this.#text.charAt(this.at);
      if (char === "\\") {
        const escape = readEscape(this.#text, this.at + 1, this.#options.python === true);
        parts.push(this.#text.slice(from, this.at), escape.value);
        this.at += 1 + escape.length;
        from = this.at;
      } else if (closing.includes(char) && this.#closes(triple, place)) {
        parts.push(this.#text.slice(from, this.at));
        this.at += triple === "" ? 1 : 3;
        return parts.join("");
      } else this.at += 1;
    }
    this.cutInside = true;
    parts.push(this.#text.slice(from));
    return parts.join("");
  }

  #triple(): string {
    const three = this.#text.slice(this.at, this.at + 3);
    return three === '"""' || three === "'''" ? three : "";
  }

  #closes(triple: string, place: "key" | "value"): boolean {
    if (triple !== "") return this.#text.startsWith(triple, this.at);
    const behind = skipBlanks(this.#text, this.at + 1);
    if (this.#options.python === true && "\"'+%#".includes(this.#text.charAt(behind))) return true;
    return this.#startsDelimiter(behind) || endsString(this.#text, behind, place);
  }

  /** Goes on to an adjacent string, also behind a plus sign. */
  #continues(): boolean {
    const start = this.at;
    if (this.skip() === "+") {
      this.at += 1;
      this.skip();
    }
    this.#skipStringPrefix();
    if ("\"'".includes(this.#text.charAt(this.at) || "x")) return true;
    this.at = start;
    return false;
  }

  #skipStringPrefix(): boolean {
    STRING_PREFIX.lastIndex = this.at;
    const prefix = this.#options.python === true ? STRING_PREFIX.exec(this.#text) : null;
    this.at += prefix?.[0].length ?? 0;
    return prefix !== null;
  }

  #startsDelimiter(at: number): boolean {
    const delimiter = this.#options.delimiter;
    return delimiter !== undefined && this.#text.startsWith(delimiter, at);
  }

  #delimited(): boolean {
    return this.#startsDelimiter(this.at);
  }

  #delimitedString(): string {
    const delimiter = this.#options.delimiter ?? "";
    const from = this.at + delimiter.length;
    const end = this.#text.indexOf(delimiter, from);
    if (end >= 0) {
      this.at = end + delimiter.length;
      return this.#text.slice(from, end);
    }
    // The closing delimiter is missing: the brackets that are still open close behind the value.
    this.at = this.#text.length;
    while (this.at > from && " \n\t\r}])".includes(this.#text.charAt(this.at - 1))) this.at -= 1;
    return this.#text.slice(from, this.at);
  }

  #number(): number | undefined {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.#text)?.[0];
    if (match === undefined) return undefined;
    this.at += match.length;
    if (this.at === this.#text.length) this.cutInside = true;
    const sign = match.startsWith("-") ? -1 : 1;
    return sign * Number(match.replace(/^[-+]/, "").replaceAll("_", ""));
  }

  #word(inList: boolean): unknown {
    const from = this.at;
    const isText = this.#options.delimiter !== undefined && this.#options.python !== true;
    const stops = isText ? ",}]" : ",;}])\n";
    for (;;) {
      this.at = indexOfAny(this.#text, stops, this.at);
      if (this.#text.charAt(this.at) !== "," || inList || this.#endsWord()) break;
      this.at += 1;
    }
    const word = this.#text.slice(from, this.at).trim();
    if (this.at === this.#text.length) this.cutInside = true;
    if (PLACEHOLDER.test(word)) this.placeholder = true;
    return Object.hasOwn(WORDS, word) ? WORDS[word] : word;
  }

  /** A comma belongs to bare text unless something that looks like the next member follows. */
  #endsWord(): boolean {
    const behind = skipBlanks(this.#text, this.at + 1);
    return this.#startsDelimiter(behind) || endsString(this.#text, this.at, "value");
  }
}

/** Sets a member without ever touching the prototype: `__proto__` is data like any other key. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + mark.length;
}

function indexOfAny(text: string, characters: string, from: number): number {
  let at = from;
  while (at < text.length && !characters.includes(text.charAt(at))) at += 1;
  return at;
}
