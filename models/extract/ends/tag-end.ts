import { Tokens } from "../tokens.ts";
import type { EndDetector, Found } from "./end.ts";

export interface TagEndOptions {
  /** Beginnings of the tags before a value. */
  readonly value: readonly string[];
  /** The tag behind a value. */
  readonly valueClose: string;
  /** Tags that end the candidate and belong to it. */
  readonly close: readonly string[];
  /** Tags that end it and stay in the text: the next call, the end of a section. */
  readonly before: readonly string[];
  /** Further tags that may follow a value. */
  readonly next?: readonly string[];
}

/**
 * Ends a candidate that is written in tags with raw text between them. Values are not escaped, so a
 * closing tag counts only where the tag behind it shows that it was not part of a value.
 */
export function tagEnd(options: TagEndOptions): () => EndDetector {
  const tokens = new Tokens([
    ...options.value,
    options.valueClose,
    ...options.close,
    ...options.before,
    ...(options.next ?? []),
  ]);
  return () => new TagEnd(tokens, options);
}

type State = "between" | "value" | "value-closed" | "closed-in-value";

const LINE_END = "\r\n";
const BLANKS = /(?:\s|\\n)*/y;

class TagEnd implements EndDetector {
  found: Found | undefined;
  fallback: Found | undefined;
  readonly #tokens: Tokens;
  readonly #options: TagEndOptions;
  #state: State = "between";
  /** The closing tag inside a value whose follower will tell whether it was the end. */
  #pending: Found = { body: 0, end: 0 };
  #from = 0;
  #consumed = 0;

  constructor(tokens: Tokens, options: TagEndOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  feed(text: string, from: number, final: boolean): number {
    this.#from = from;
    let at = from;
    while (this.found === undefined) {
      const next = this.#waitsForFollower()
        ? this.#follower(text, at, final)
        : this.#next(text, at, final);
      if (next === at) break;
      at = next;
    }
    this.#consumed += at - from;
    return at;
  }

  #position(at: number): number {
    return this.#consumed + at - this.#from;
  }

  #waitsForFollower(): boolean {
    return this.#state === "value-closed" || this.#state === "closed-in-value";
  }

  #next(text: string, at: number, final: boolean): number {
    const match = this.#tokens.find(text, at);
    if (match === undefined) return final ? text.length : this.#tokens.holdFrom(text, at);
    if (!final && this.#tokens.isOpen(text, match.index)) return match.index;
    this.#take(match.token, this.#position(match.index));
    return match.index + match.token.length;
  }

  #take(token: string, body: number): void {
    const { value, valueClose, close, before } = this.#options;
    const closed = close.includes(token);
    const found = { body, end: closed ? body + token.length : body, closed };
    if (value.includes(token)) this.#state = "value";
    else if (token === valueClose) this.#state = "value-closed";
    else if (!close.includes(token) && !before.includes(token)) return;
    else if (this.#state === "value") {
      // A value may well speak of opening tags; only closing ones can end it.
      if (!token.includes("/")) return;
      this.#pending = found;
      this.#state = "closed-in-value";
    } else this.found = found;
  }

  /** What follows a closing tag tells whether it was one. */
  #follower(text: string, from: number, final: boolean): number {
    BLANKS.lastIndex = from;
    const at = from + (BLANKS.exec(text)?.[0].length ?? 0);
    if (!final && this.#isUndecided(text, at)) return at;
    const ended = at === text.length || this.#confirms(this.#tokens.at(text, at));
    if (this.#state === "value-closed") {
      this.#state = ended ? "between" : "value";
      // Nothing was consumed yet that a marker could begin with.
      return ended && at === text.length ? at : this.#next(text, at, final);
    }
    // At the end of the answer the tag may be part of a value that was cut off.
    if (ended && at < text.length) this.found = this.#pending;
    else if (ended) this.fallback = this.#pending;
    // "the </function> tag" speaks of it.
    else if (LINE_END.includes(text.charAt(from))) this.fallback ??= this.#pending;
    this.#state = "value";
    return this.found === undefined ? this.#next(text, at, final) : at;
  }

  #isUndecided(text: string, at: number): boolean {
    return at === text.length || text.slice(at) === "\\" || this.#tokens.isOpen(text, at);
  }

  #confirms(token: string): boolean {
    if (token === "" || token === this.#options.valueClose) return false;
    if (this.#state === "value-closed") return true;
    return this.#options.before.includes(token) || this.#options.close.includes(token);
  }
}
