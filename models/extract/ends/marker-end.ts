import { Tokens } from "../tokens.ts";
import type { EndDetector, Found } from "./end.ts";

export interface MarkerEndOptions {
  /** Markers that belong to the candidate. */
  readonly close: readonly string[];
  /** Markers that end it and stay in the text. */
  readonly before?: readonly string[];
  /** Delimiter of strings: markers between two of them do not count. */
  readonly quote?: string;
}

/** Ends a candidate at the first of some markers. */
export function markerEnd(options: MarkerEndOptions): () => EndDetector {
  const tokens = new Tokens([
    ...options.close,
    ...(options.before ?? []),
    ...(options.quote === undefined ? [] : [options.quote]),
  ]);
  return () => new MarkerEnd(tokens, options);
}

class MarkerEnd implements EndDetector {
  found: Found | undefined;
  fallback: Found | undefined;
  readonly #tokens: Tokens;
  readonly #options: MarkerEndOptions;
  #consumed = 0;
  #quoted: boolean = false;

  constructor(tokens: Tokens, options: MarkerEndOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  feed(text: string, from: number, final: boolean): number {
    let at = from;
    for (;;) {
      const match = this.#tokens.find(text, at);
      if (match === undefined) break;
      const next = match.index + match.token.length;
      // A longer marker may begin here: "</s>" and "</seed:tool_call>" share their beginning.
      if (!final && this.#tokens.isOpen(text, match.index)) return this.#stop(from, match.index);
      this.#take(match.token, this.#consumed + match.index - from);
      if (this.found !== undefined) return this.#stop(from, next);
      at = next;
    }
    return this.#stop(from, final ? text.length : this.#tokens.holdFrom(text, at));
  }

  #take(token: string, position: number): void {
    if (token === this.#options.quote) {
      this.#quoted = !this.#quoted;
      return;
    }
    const isClose = this.#options.close.includes(token);
    const end = isClose ? position + token.length : position;
    const found = { body: position, end, closed: isClose };
    if (this.#quoted) this.fallback ??= found;
    else this.found = found;
  }

  #stop(from: number, at: number): number {
    this.#consumed += at - from;
    return at;
  }
}
