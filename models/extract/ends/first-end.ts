import type { EndDetector, Found } from "./end.ts";

/** The pattern sees so much of the body. */
const HEAD_LENGTH = 256;

/** Ends a candidate in one of two ways, by how its body begins. */
export function firstEnd(
  head: RegExp,
  matching: () => EndDetector,
  other: () => EndDetector,
): () => EndDetector {
  return () => new FirstEnd((text) => (head.test(text) ? matching() : other()));
}

class FirstEnd implements EndDetector {
  readonly #choose: (head: string) => EndDetector;
  #chosen: EndDetector | undefined;

  constructor(choose: (head: string) => EndDetector) {
    this.#choose = choose;
  }

  get found(): Found | undefined {
    return this.#chosen?.found;
  }

  get fallback(): Found | undefined {
    return this.#chosen?.fallback;
  }

  feed(text: string, from: number, final: boolean): number {
    if (this.#chosen === undefined) {
      const head = text.slice(from, from + HEAD_LENGTH);
      if (head.trim() === "" && head.length < HEAD_LENGTH && !final) return from;
      this.#chosen = this.#choose(head);
    }
    return this.#chosen.feed(text, from, final);
  }
}
