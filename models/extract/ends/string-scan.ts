import type { Tokens } from "../tokens.ts";

/** Which quotation marks end a string, by the one that began it. */
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "“": '“”"',
  "”": '“”"',
  "‘": "‘’'",
  "’": "‘’'",
};

/** An apostrophe or a back quote begins a string only where a value or a key may stand. */
const BEFORE_STRING = "{[(,:=";
const PYTHON_PREFIXES = "rbfuRBFU";
/** What follows a string that has really ended; anything else makes its quotation mark part of it. */
const BEHIND_STRING = ",}]/";
const BEHIND_PYTHON_STRING = ")+;:";

export interface StringOptions {
  /** Markers that are reported when they stand inside a string. */
  readonly markers: Tokens;
  /** Strings may stand side by side, and prefixes before them. */
  readonly python: boolean;
  /** Further characters that may follow a string. */
  readonly behind: string;
}

/** Patterns of what matters inside a string, by the quotation mark that began it. */
export type StringStops = ReadonlyMap<string, RegExp>;

/**
 * Quotation mark, backslash and markers are looked for at once: a second search for the one that is
 * far away would be made again behind every occurrence of the other.
 */
export function compileStops(markers: Tokens): StringStops {
  return new Map(
    Object.entries(CLOSING).map(([quote, closing]) => [
      quote,
      new RegExp(`[${closing}\\\\]|${markers.source}`, "g"),
    ]),
  );
}

export function isQuote(char: string): boolean {
  return Object.hasOwn(CLOSING, char);
}

/** What comes next inside a string. */
export type StringStep =
  | { readonly kind: "text" | "quote"; readonly next: number }
  | { readonly kind: "marker"; readonly next: number; readonly index: number };

/** Follows one string after the other through text that arrives in pieces. */
export class StringScan {
  /** The last character of the string that is not white space. */
  last: string = "";
  readonly #options: StringOptions;
  readonly #stops: StringStops;
  #quote = '"';
  /** A value, not a key: a colon behind it does not end it. */
  #isValue: boolean = false;
  #isEscaped: boolean = false;

  constructor(options: StringOptions, stops: StringStops) {
    this.#options = options;
    this.#stops = stops;
  }

  /** @param before the last character before it that is not white space. */
  begins(char: string, before: string): boolean {
    if (!isQuote(char)) return false;
    const mayBegin =
      char === '"' || char === "“" || before === "" || BEFORE_STRING.includes(before);
    if (!mayBegin && !(this.#options.python && PYTHON_PREFIXES.includes(before))) return false;
    this.#quote = char;
    this.#isValue = before === ":";
    this.last = "";
    return true;
  }

  /** Goes on up to the next quotation mark or marker, or as far as the text can be told. */
  advance(text: string, at: number, final: boolean): StringStep {
    if (this.#isEscaped) {
      this.#isEscaped = false;
      return { kind: "text", next: at + 1 };
    }
    const match = this.#stop(text, at);
    const index = match?.index ?? (final ? text.length : this.#options.markers.holdFrom(text, at));
    this.last = text.slice(at, index).trimEnd().at(-1) ?? this.last;
    if (match === null) return { kind: "text", next: index };
    const next = index + match[0].length;
    if (match[0].length > 1) return { kind: "marker", next, index };
    this.#isEscaped = match[0] === "\\";
    return { kind: this.#isEscaped ? "text" : "quote", next };
  }

  /**
   * Whether the quotation mark before `char` has ended the string.
   *
   * @param gap white space stands between.
   */
  isEnded(char: string, gap: boolean): boolean {
    const { python, behind } = this.#options;
    // `"say "hi""`: the first of the two belongs to the string, and the second one ends it.
    if (isQuote(char)) return gap || python;
    if (char === ":") return !this.#isValue || python;
    return (BEHIND_STRING + behind + (python ? BEHIND_PYTHON_STRING : "")).includes(char);
  }

  #stop(text: string, at: number): RegExpExecArray | null {
    const pattern = this.#stops.get(this.#quote);
    if (pattern === undefined) return null;
    pattern.lastIndex = at;
    return pattern.exec(text);
  }
}
