import { Tokens } from "../tokens.ts";
import type { EndDetector, Found } from "./end.ts";
import { compileStops, isQuote, StringScan, type StringStops } from "./string-scan.ts";

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
  const markers = new Tokens([...(options.close ?? []), ...(options.before ?? [])]);
  const stops = compileStops(markers);
  return () => new ValueEnd(options, { close, before, markers, stops });
}

interface Compiled {
  readonly close: Tokens;
  readonly before: Tokens;
  readonly markers: Tokens;
  readonly stops: StringStops;
}

type State = "head" | "inside" | "comment" | "string" | "after-quote" | "after";

/** What stands before a value is no longer than that. */
const HEAD_LENGTH = 512;

class ValueEnd implements EndDetector {
  found: Found | undefined;
  fallback: Found | undefined;
  readonly #options: ValueEndOptions;
  readonly #close: Tokens;
  readonly #before: Tokens;
  readonly #string: StringScan;
  #state: State;
  #depth: number;
  /** The last two characters outside strings that are not white space. */
  #last = "";
  #beforeLast = "";
  /** White space stood behind the quotation mark. */
  #gap: boolean = false;
  #valueEnd = 0;
  /** A closing marker that stood in the string which has not ended yet. */
  #closedInString: Found | undefined;
  /** Behind the value and the fence that closes behind it. */
  #unitEnd = 0;
  /** A fence was opened before the value, so it is closed behind it. */
  #isFenced: boolean = false;
  #from = 0;
  #consumed = 0;
  #final: boolean = false;

  constructor(options: ValueEndOptions, { close, before, markers, stops }: Compiled) {
    const { python, behindString: behind = "" } = options;
    this.#options = options;
    this.#close = close;
    this.#before = before;
    this.#string = new StringScan({ markers, python: python === true, behind }, stops);
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
    this.#consumed = position;
    return at;
  }

  #position(at: number): number {
    return this.#consumed + at - this.#from;
  }

  #endOfText(position: number): void {
    if (this.#state === "after") {
      // Another value could have followed, such as the arguments of a call that has none.
      this.found = { body: this.#valueEnd, end: position, doubtful: true };
    }
    // The strings came to their end, so that a marker in one of them was text.
    else if (this.#state !== "string" && this.#state !== "after-quote") this.fallback = undefined;
  }

  #step(text: string, at: number): number {
    if (this.#state === "string") return this.#inString(text, at);
    if (this.#state === "comment") return this.#inComment(text, at);
    const char = text.charAt(at);
    if (char === " " || char === "\n" || char === "\t" || char === "\r") {
      this.#gap = true;
      return at + 1;
    }
    return this.#marker(text, at) ?? this.#character(text, at);
  }

  #character(text: string, at: number): number {
    const char = text.charAt(at);
    if (this.#state === "after-quote") return this.#afterQuote(text, at);
    if (this.#state === "head") this.#head(char, at);
    else if (this.#state === "after") this.#after(char, at);
    else this.#inside(char, at);
    return at + 1;
  }

  /** Ends the candidate at a marker; `undefined` when there is none. */
  #marker(text: string, at: number): number | undefined {
    if (!this.#final && (this.#close.isOpen(text, at) || this.#before.isOpen(text, at))) return at;
    const close = this.#close.at(text, at);
    const position = this.#position(at);
    // Between the value and its marker may stand stray brackets: not part of the value.
    const body = this.#state === "after" ? this.#valueEnd : position;
    if (close !== "") {
      this.found = { body, end: position + close.length, closed: true };
      return at + close.length;
    }
    if (this.#state === "head" || this.#before.at(text, at) === "") return undefined;
    this.found = { body, end: position };
    return at + 1;
  }

  #head(char: string, at: number): void {
    if (char === "`") this.#isFenced = true;
    const begins = char === "{" || (char === "[" && this.#options.braces !== true);
    const position = this.#position(at);
    if (begins || (char === "(" && this.#options.python === true)) this.#inside(char, at);
    else if (position > HEAD_LENGTH) this.found = { body: position, end: position };
  }

  #inside(char: string, at: number): void {
    const [last, beforeLast] = [this.#last, this.#beforeLast];
    this.#beforeLast = last;
    this.#last = char;
    if (this.#string.begins(char, last)) this.#state = "string";
    else if (char === "/" && last === "/" && beforeLast !== ":") this.#state = "comment";
    else if (char === "{" || char === "[") this.#open();
    else if (char === "}" || char === "]") this.#shut(at);
    else if (this.#options.python !== true) return;
    else if (char === "(") this.#open();
    else if (char === ")") this.#shut(at);
  }

  #open(): void {
    this.#depth += 1;
    this.#state = "inside";
  }

  #shut(at: number): void {
    if (this.#depth === 0) return;
    this.#depth -= 1;
    if (this.#depth > 0) return;
    this.#valueEnd = this.#position(at) + 1;
    this.#unitEnd = this.#valueEnd;
    if (this.#options.untilClose !== true) this.#state = "after";
  }

  #inComment(text: string, at: number): number {
    const end = text.indexOf("\n", at);
    if (end < 0) return text.length;
    this.#state = "inside";
    this.#last = this.#beforeLast;
    return end + 1;
  }

  #inString(text: string, at: number): number {
    const step = this.#string.advance(text, at, this.#final);
    if (step.kind === "quote") {
      this.#state = "after-quote";
      this.#gap = false;
      this.#last = '"';
    }
    // A marker inside a string is text; but should the string never end, it was the end after all.
    if (step.kind === "marker") this.#markerInString(step, text.slice(step.index, step.next));
    return step.next;
  }

  /** A closing marker behind a bracket and then an opener, both in one string: its quotation mark was forgotten. */
  #markerInString({ index, next }: { index: number; next: number }, marker: string): void {
    const isClose = this.#close.at(marker, 0) === marker;
    if (!isClose && this.#closedInString !== undefined) this.found = this.#closedInString;
    if (!isClose || !"}])".includes(this.#string.last || " ")) return;
    const found = {
      body: this.#position(index),
      end: this.#position(next),
      closed: true,
      doubtful: true,
    };
    this.#closedInString ??= found;
    this.fallback ??= found;
  }

  #afterQuote(text: string, at: number): number {
    const char = text.charAt(at);
    if (this.#string.isEnded(char, this.#gap)) {
      this.#state = "inside";
      this.#closedInString = undefined;
      this.#inside(char, at);
      return at + 1;
    }
    this.#gap = false;
    // The mark belonged to the string, but the one here may end it.
    if (isQuote(char)) return at + 1;
    this.#state = "string";
    return this.#inString(text, at);
  }

  #after(char: string, at: number): void {
    if (this.#options.many === true && char === "{") this.#open();
    else if (char === "`" && this.#isFenced) this.#unitEnd = this.#position(at) + 1;
    else if (!",;}])".includes(char)) this.found = { body: this.#valueEnd, end: this.#unitEnd };
  }
}
