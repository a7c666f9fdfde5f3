import type { Openness } from "../dialect.ts";
import { LIMITS } from "../limits.ts";
import { exactNumber } from "./exact-json.ts";
import { type Quoted, readDelimited, readQuoted } from "./quoted.ts";
import { endsString, QUOTES, type StringPosition, skipBlanks } from "./strings.ts";

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

/** One closing bracket may be forgotten; with more, values are probably missing too. */
const FORGIVEN_BRACKETS = 1;

const NUMBER =
  /[-+]?(?:0[xX][\da-fA-F]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?=[\s,}\])]|$)/y;
const STRING_PREFIX = /(?:[rbfu]|rb|br|fr|rf)(?=["'])/iy;
const PLACEHOLDER = /^(?:\.\.\.|…|<[^<>]*>)$/;
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["null", null],
  ["None", null],
  ["undefined", null],
  ["nil", null],
  ["NaN", null],
]);

/**
 * Reads one value as models write them: JSON, Python, or something between. Never fails on text;
 * what it cannot read it takes for a bare string, and what is missing it adds.
 */
export class LiteralReader implements Openness {
  /** Index of the next character. */
  at: number;
  /** Brackets that the text ended without. */
  missing = 0;
  /** The text ended inside a string, a number or a word. */
  cutInside: boolean = false;
  /** Text was passed over that cannot be read as a key or a value. */
  garbled: boolean = false;
  /** A value was left open on purpose, as documentation does: `...` or `<your value>`. */
  placeholder: boolean = false;
  readonly #text: string;
  readonly #isPython: boolean;
  readonly #delimiter: string | undefined;
  #depth = 0;

  constructor(text: string, at: number, options: LiteralOptions = {}) {
    this.#text = text;
    this.at = at;
    this.#isPython = options.python === true;
    this.#delimiter = options.delimiter;
  }

  get open(): boolean {
    return this.cutInside || this.missing > 0;
  }

  get lost(): boolean {
    return this.cutInside || this.missing > FORGIVEN_BRACKETS;
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
    if (char === "(" && this.#isPython) return this.#nested(() => this.#list(")"));
    if (this.#beginsString() || this.#skipStringPrefix()) return this.#string("value");
    return this.#number() ?? this.#word(inList);
  }

  #skipComment(): boolean {
    const two = this.#text.slice(this.at, this.at + 2);
    if (two === "/*") this.at = endOf(this.#text, "*/", this.at);
    else if (two === "//" || two === "# " || (two[0] === "#" && this.#isPython)) {
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
    const isDoubled = this.skip() === "{";
    if (isDoubled) this.at += 1;
    const object: Record<string, unknown> = {};
    const members: unknown[] = [];
    this.#members(object, members);
    if (isDoubled && this.skip() === "}") this.at += 1;
    return members.length > 0 && Object.keys(object).length === 0 ? members : object;
  }

  /** Reads up to the closing brace, or to where it must have been forgotten. */
  #members(object: Record<string, unknown>, members: unknown[]): void {
    for (;;) {
      const char = this.skip();
      if (char === "") this.missing += 1;
      if (char === "" || char === "]" || char === ")") return;
      if (char === "}" || char === "," || char === ";") this.at += 1;
      else this.#member(object, members);
      if (char === "}") return;
    }
  }

  #member(object: Record<string, unknown>, members: unknown[]): void {
    const start = this.at;
    const key = this.#key();
    const separator = this.skip();
    if (separator === ":" || separator === "=") {
      this.at += this.#text.startsWith("=>", this.at) ? 2 : 1;
      const char = this.skip();
      define(object, key, char === "," || char === "}" ? null : this.value());
      return;
    }
    // A set, as in Python, or something that cannot be read and is passed over.
    this.at = start;
    const value = this.value(true);
    if (this.at === start) this.at += 1;
    else if (this.#isPython) members.push(value);
    else this.garbled ||= this.at < this.#text.length;
  }

  #key(): string {
    if (this.#beginsString()) return this.#string("key");
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
      if (char === "") this.missing += 1;
      if (char === "" || char === "}" || (char === ")" && this.#isPython && close !== ")")) {
        return list;
      }
      const start = this.at;
      if (char !== close && char !== "," && char !== ";") list.push(this.value(true));
      if (this.at === start) this.at += 1;
      if (char === close) return list;
    }
  }

  #beginsString(): boolean {
    return this.#isDelimiter(this.at) || QUOTES.has(this.#text.charAt(this.at));
  }

  #isDelimiter(at: number): boolean {
    return this.#delimiter !== undefined && this.#text.startsWith(this.#delimiter, at);
  }

  /** Reads the string that begins here; adjacent ones are joined in Python. */
  #string(position: StringPosition): string {
    if (this.#delimiter !== undefined && this.#isDelimiter(this.at)) {
      return this.#take(readDelimited(this.#text, this.at, this.#delimiter));
    }
    const options = { position, python: this.#isPython, delimiter: this.#delimiter };
    let value = this.#take(readQuoted(this.#text, this.at, options));
    while (this.#isPython && this.#continues()) {
      value += this.#take(readQuoted(this.#text, this.at, options));
    }
    return value;
  }

  #take(string: Quoted): string {
    this.at = string.end;
    this.cutInside ||= string.cut;
    return string.value;
  }

  /** Goes on to an adjacent string, also behind a plus sign. */
  #continues(): boolean {
    const start = this.at;
    if (this.skip() === "+") {
      this.at += 1;
      this.skip();
    }
    this.#skipStringPrefix();
    const char = this.#text.charAt(this.at);
    if (char === '"' || char === "'") return true;
    this.at = start;
    return false;
  }

  #skipStringPrefix(): boolean {
    STRING_PREFIX.lastIndex = this.at;
    const prefix = this.#isPython ? STRING_PREFIX.exec(this.#text) : null;
    this.at += prefix?.[0].length ?? 0;
    return prefix !== null;
  }

  #number(): number | string | undefined {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.#text)?.[0];
    if (match === undefined) return undefined;
    this.at += match.length;
    this.cutInside ||= this.at === this.#text.length;
    const sign = match.startsWith("-") ? -1 : 1;
    const digits = match.replace(/^[-+]/, "").replaceAll("_", "");
    return exactNumber(sign * Number(digits), sign < 0 ? `-${digits}` : digits);
  }

  #word(inList: boolean): unknown {
    const from = this.at;
    const isText = this.#delimiter !== undefined && !this.#isPython;
    const stops = isText ? ",}]" : ",;}])\n";
    for (;;) {
      this.at = indexOfAny(this.#text, stops, this.at);
      if (this.#text.charAt(this.at) !== "," || inList || this.#endsWord()) break;
      this.at += 1;
    }
    const word = this.#text.slice(from, this.at).trim();
    this.cutInside ||= this.at === this.#text.length;
    this.placeholder ||= PLACEHOLDER.test(word);
    return CONSTANTS.has(word) ? CONSTANTS.get(word) : word;
  }

  /** A comma belongs to bare text unless something that looks like the next member follows. */
  #endsWord(): boolean {
    const behind = skipBlanks(this.#text, this.at + 1);
    return this.#isDelimiter(behind) || endsString(this.#text, this.at, "value");
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
