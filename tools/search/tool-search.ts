import { fused } from "#language/fuse.ts";
import { stem } from "#language/stem.ts";
import { contentStems, contentWords } from "#language/text.ts";
import { termOf, type WordKnowledge } from "#language/vocabulary.ts";
import { type SearchDocument, textOf } from "./document.ts";
import { LexicalIndex } from "./lexical-index.ts";
import { MeaningIndex } from "./meaning-index.ts";
import { Spelling } from "./spelling.ts";

/** So many of the best by words are looked at. */
const CANDIDATES = 50;
/** From this share of the question's stems on, the best by words is the right one. */
const COVERED = 0.5;
/** What a ranking by words counts beside one by meaning, when it leads and when not. */
const LEADING = 3;
const FOLLOWING = 0.1;

/** Finds tools by what they are called and what they do, in the same words or in others. */
export class ToolSearch implements Disposable {
  readonly #documents: readonly SearchDocument[];
  readonly #knowledge: WordKnowledge;
  readonly #lexical: LexicalIndex;
  readonly #meaning: MeaningIndex;
  readonly #stems: readonly ReadonlySet<string>[];
  readonly #spelling: Spelling;

  constructor(documents: readonly SearchDocument[], knowledge: WordKnowledge) {
    const texts = documents.map(textOf);
    this.#documents = documents;
    this.#knowledge = knowledge;
    this.#lexical = new LexicalIndex(documents);
    this.#meaning = new MeaningIndex(documents, knowledge);
    this.#stems = texts.map((text) => new Set(contentStems(text)));
    this.#spelling = new Spelling(texts.flatMap(contentWords));
  }

  /** Names, best first. @param nearest as for {@link rank}. */
  search(query: string, most: number, nearest?: readonly number[]): readonly string[] {
    return this.rank(query, nearest)
      .slice(0, most)
      .map((index) => this.#documents[index]?.name ?? "");
  }

  /**
   * Indexes of the documents, best first.
   *
   * @param nearest the ranking by an embedding model, where there is one; it replaces our own of meaning.
   */
  rank(query: string, nearest?: readonly number[]): readonly number[] {
    const words = this.#wordsOf(query);
    const terms = words.map((word) => termOf(word, this.#knowledge));
    const stems = [...new Set(words.map(stem))];
    const lexical = this.#lexical.search(stems, CANDIDATES);
    return fused([
      { ranking: lexical, weight: this.#leads(lexical, stems) ? LEADING : FOLLOWING },
      { ranking: nearest ?? this.#meaning.search(terms), weight: 1 },
    ]);
  }

  /** The content words, each once, without slips of the pen. */
  #wordsOf(query: string): readonly string[] {
    const words = contentWords(query).map((word) => {
      const isKnown = this.#spelling.has(word) || this.#knowledge.table.rankOf(word) !== undefined;
      return isKnown ? word : (this.#spelling.corrected(word) ?? word);
    });
    return [...new Set(words)];
  }

  #leads([first]: readonly number[], stems: readonly string[]): boolean {
    const own = first === undefined ? undefined : this.#stems[first];
    if (own === undefined) return false;
    return stems.filter((one) => own.has(one)).length >= stems.length * COVERED;
  }

  [Symbol.dispose](): void {
    this.#lexical[Symbol.dispose]();
  }
}
