import { Tokens } from "../tokens.ts";
import type { EndDetector, Found } from "./end.ts";

export interface ValueEndOptions {
  /** Markers behind the value that belong to the candidate. */
  readonly close?: readonly string[];
  /** Markers that end the candidate, even inside the value, and stay in the text. */
  readonly before?: readonly string[];
  /** Further values may follow the first. */
  readonly many?: true;
  /** Values are Python calls: parentheses count, and strings may stand side by side. */
  readonly python?: true;
  /** Further characters that may follow a string. */
  readonly behindString?: string;
  /** Only a brace begins the value: brackets before it belong to markers. */
  readonly braces?: true;
  /** Brackets that were opened before the body. */
  readonly opened?: number;
  /** Only a closing marker ends the candidate: text between the values belongs to it. */
  readonly untilClose?: true;
}

/** Ends a candidate behind a balanced value in JSON or Python, well written or not. */
export function valueEnd(options: ValueEndOptions): () => EndDetector {
  const close = new Tokens(options.close ?? []);
  const before = new Tokens(options.before ?? []);
  // What matters inside a string: looked for at once, because a second search for the one that is far
  // away would be made again behind every occurrence of the other.
  const stops = new Map(
    Object.entries(CLOSING).map(([quote, closing]) => [
      quote,
      new RegExp(`[${closing}\\\\]|${close.source}`, "g"),
    ]),
  );
  return () => new ValueEnd(options, { close, before, stops });
}

type State = "head" | "inside" | "comment" | "string" | "after-quote" | "after";

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

/** What follows a string that has really ended; anything else makes the quotation mark part of it. */
const BEHIND_STRING = ",:}]);/+";

const HEAD_LENGTH = 512;

interface Compiled {
  readonly close: Tokens;
  readonly before: Tokens;
  readonly stops: ReadonlyMap<string, RegExp>;
}

class ValueEnd implements EndDetector {
  found: Found | undefined;
  fallback: Found | undefined;
  readonly #options: ValueEndOptions;
  readonly #close: Tokens;
  readonly #before: Tokens;
  #state: State;
  #depth = 0;
  readonly #stops: ReadonlyMap<string, RegExp>;
  /** The quotation mark that began the string. */
  #quote = '"';
  /** The last two characters outside strings that are not white space. */
  #last = "";
  #beforeLast = "";
  /** The last character inside the string that is not white space. */
  #lastInside = "";
  #escaped: boolean = false;
  /** White space stood behind the quotation mark. */
  #gap: boolean = false;
  #valueEnd = 0;
  /** Behind the value and the fence that closes behind it. */
  #unitEnd = 0;
  /** A fence was opened before the value, so it is closed behind it. */
  #isFenced: boolean = false;
  #from = 0;
  #seen = 0;
  #final: boolean = false;

  constructor(options: ValueEndOptions, { close, before, stops }: Compiled) {
    this.#options = options;
    this.#close = close;
    this.#before = before;
    this.#stops = stops;
    this.#depth = options.opened ?? 0;
    this.#state = options.untilClose === true || this.#depth > 0 ? "inside" : "head";
  }

  feed(text: string, from: number, final: boolean): number {
    this.#from = from;
    this.#final = final;
    let at = from;
    while (at < text.length && this.found === undefined) {
      const next = this.#step(text, at);
      if (next === at) break;
      at = next;
    }
    const position = this.#position(at);
    if (final && this.found === undefined) this.#endOfText(position);
    this.#seen = position;
    return at;
  }

  #position(at: number): number {
    return this.#seen + at - this.#from;
  }

  #endOfText(position: number): void {
    if (this.#state === "after") this.found = { body: this.#valueEnd, end: position };
    else if (this.#options.untilClose === true && this.#depth === 0) {
      this.found = { body: position, end: position };
    }
  }

  #step(text: string, at: number): number {
    if (this.#state === "string") return this.#inString(text, at);
    const char = text.charAt(at);
    if (this.#state === "comment") return this.#inComment(text, at);
    if (isBlank(char)) {
      this.#gap = true;
      return at + 1;
    }
    const marker = this.#marker(text, at);
    if (marker !== undefined) return marker;
    if (this.#state === "head") return this.#head(char, at);
    if (this.#state === "after-quote") return this.#afterQuote(text, at);
    if (this.#state === "after") return this.#after(char, at);
    return this.#inside(char, at);
  }

  /** Ends the candidate at a marker; `undefined` when there is none. */
  #marker(text: string, at: number): number | undefined {
    if (!this.#final && (this.#close.isOpen(text, at) || this.#before.isOpen(text, at))) return at;
    const close = this.#close.at(text, at);
    const position = this.#position(at);
    // Between the value and its marker may stand stray brackets: not part of the value.
    const body = this.#state === "after" ? this.#valueEnd : position;
    if (close !== "") {
      this.found = { body, end: position + close.length };
      return at + close.length;
    }
    if (this.#state === "head" || this.#before.at(text, at) === "") return undefined;
    this.found = { body, end: position };
    return at + 1;
  }

  #head(char: string, at: number): number {
    if (char === "`") this.#isFenced = true;
    const begins = char === "{" || (isOpening(char) && this.#options.braces !== true);
    if (begins) return this.#inside(char, at);
    const position = this.#position(at);
    if (position > HEAD_LENGTH) this.found = { body: position, end: position };
    return at + 1;
  }

  #inside(char: string, at: number): number {
    const last = this.#last;
    const beforeLast = this.#beforeLast;
    this.#beforeLast = last;
    this.#last = char;
    if (this.#beginsString(char, last)) {
      this.#quote = char;
      this.#lastInside = "";
      this.#state = "string";
    } else if (char === "/" && last === "/" && beforeLast !== ":") {
      this.#state = "comment";
    } else if (isOpening(char) && (char !== "(" || this.#options.python === true)) {
      this.#depth += 1;
      this.#state = "inside";
    } else if (isClosing(char) && this.#depth > 0) {
      if (char === ")" && this.#options.python !== true) return at + 1;
      this.#depth -= 1;
      if (this.#depth === 0) this.#valueEnded(at + 1);
    }
    return at + 1;
  }

  #valueEnded(at: number): void {
    this.#valueEnd = this.#position(at);
    this.#unitEnd = this.#valueEnd;
    if (this.#options.untilClose !== true) this.#state = "after";
  }

  #beginsString(char: string, last: string): boolean {
    if (!(char in CLOSING)) return false;
    if (char === '"' || char === "“") return true;
    if (last === "" || BEFORE_STRING.includes(last)) return true;
    return this.#options.python === true && PYTHON_PREFIXES.includes(last);
  }

  #inComment(text: string, at: number): number {
    const end = text.indexOf("\n", at);
    if (end < 0) return text.length;
    this.#state = "inside";
    this.#last = this.#beforeLast;
    return end;
  }

  #inString(text: string, at: number): number {
    if (this.#escaped) {
      this.#escaped = false;
      return at + 1;
    }
    const stop = this.#nextStop(text, at);
    if (stop === undefined) {
      const held = this.#final ? text.length : this.#close.holdFrom(text, at);
      this.#noteInside(text.slice(at, held));
      return held;
    }
    if (stop.token.length > 1) return this.#markerInString(text, at, stop);
    this.#noteInside(text.slice(at, stop.index));
    if (stop.token === "\\") this.#escaped = true;
    else this.#quoteSeen();
    return stop.index + 1;
  }

  /** The next character or marker that means something inside the string. */
  #nextStop(text: string, at: number): { index: number; token: string } | undefined {
    const pattern = this.#stops.get(this.#quote);
    if (pattern === undefined) return undefined;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    return match === null ? undefined : { index: match.index, token: match[0] };
  }

  /** A marker inside a string is text; but should the string never end, it was the end after all. */
  #markerInString(text: string, at: number, marker: { index: number; token: string }): number {
    this.#noteInside(text.slice(at, marker.index));
    if ("}])".includes(this.#lastInside)) {
      const position = this.#position(marker.index);
      this.fallback ??= { body: position, end: position + marker.token.length };
    }
    return marker.index + marker.token.length;
  }

  #noteInside(text: string): void {
    this.#lastInside = text.trimEnd().at(-1) ?? this.#lastInside;
  }

  #quoteSeen(): void {
    this.#state = "after-quote";
    this.#gap = false;
    this.#last = '"';
  }

  #afterQuote(text: string, at: number): number {
    const char = text.charAt(at);
    const isQuote = char in CLOSING;
    if (isQuote && !this.#gap && this.#options.python !== true) {
      // `"say "hi""`: the first of the two belongs to the string.
      this.#quoteSeen();
      return at + 1;
    }
    const behind = BEHIND_STRING + (this.#options.behindString ?? "");
    if (isQuote || behind.includes(char)) {
      this.#state = "inside";
      return this.#inside(char, at);
    }
    this.#state = "string";
    return this.#inString(text, at);
  }

  #after(char: string, at: number): number {
    if (this.#options.many === true && char === "{") {
      this.#state = "inside";
      return this.#inside(char, at);
    }
    if (char === "`" && this.#isFenced) this.#unitEnd = this.#position(at) + 1;
    else if (!",;}])".includes(char)) this.found = { body: this.#valueEnd, end: this.#unitEnd };
    return at + 1;
  }
}

function isBlank(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r";
}

function isOpening(char: string): boolean {
  return char === "{" || char === "[" || char === "(";
}

function isClosing(char: string): boolean {
  return char === "}" || char === "]" || char === ")";
}
