import { fused } from "#language/fuse.ts";
import { normalised, topOf, VectorIndex } from "#language/vectors.ts";
import { Dictionary, type Term, type WordKnowledge } from "#language/vocabulary.ts";
import { type SearchDocument, textOf } from "./document.ts";

/** How much two words of one group of synonyms have in common, where equal words have 1. */
const SYNONYMS = 0.7;
/** What the words of the text count, where those of the question count 1. */
const BACKWARDS = 0.5;
/** Keeps a long description from winning by the number of its words. */
const LENGTH_OFFSET = 4;
/** As many of the best by the cheap rankings are compared word by word. */
const CANDIDATES = 50;

/** A word of a question, and what it has in common with words that were met. */
interface QueryTerm {
  readonly term: Term;
  readonly weight: number;
  /** By stem. */
  readonly likeness: Map<string, number>;
}

/**
 * Finds texts that mean the same in other words: by the sum of their word vectors, by synonyms, and, for
 * the best of both, by comparing each word of the question with its nearest word of the text.
 */
export class MeaningIndex {
  readonly #knowledge: WordKnowledge;
  /** The content words of each text, each once. */
  readonly #terms: readonly (readonly Term[])[];
  readonly #vectors: VectorIndex;
  /** What a match counts in each text. */
  readonly #shortness: Float32Array;
  /** How many texts have a stem. */
  readonly #textsWith: ReadonlyMap<string, number>;
  /** Texts of each group of the thesaurus. */
  readonly #textsOf = new Map<number, number[]>();

  constructor(documents: readonly SearchDocument[], knowledge: WordKnowledge) {
    this.#knowledge = knowledge;
    const dictionary = new Dictionary(knowledge);
    this.#terms = documents.map((document) => dictionary.termsOf(textOf(document)));
    this.#textsWith = countStems(this.#terms);
    this.#shortness = Float32Array.from(this.#terms, ({ length }) => {
      return 1 / Math.sqrt(length + LENGTH_OFFSET);
    });
    this.#vectors = new VectorIndex(
      documents.map((document) => this.#documentVector(document, dictionary)),
    );
    for (const [index, terms] of this.#terms.entries()) {
      for (const group of new Set(terms.flatMap(({ groups }) => groups))) {
        const texts = this.#textsOf.get(group);
        if (texts === undefined) this.#textsOf.set(group, [index]);
        else texts.push(index);
      }
    }
  }

  /** Indexes of the texts that mean most nearly the same, best first. */
  search(query: readonly Term[]): readonly number[] {
    const near = this.#vectors.search(this.#vectorOf(query), CANDIDATES);
    const alike = this.#bySynonyms(query);
    const close = this.#byWords(query, new Set([...near, ...alike]));
    return fused([near, close].map((ranking) => ({ ranking, weight: 1 })));
  }

  /** A name has few words, chosen with care: it weighs as much as all the rest. */
  #documentVector(
    { name, description, asks }: SearchDocument,
    dictionary: Dictionary,
  ): Float32Array {
    const own = this.#vectorOf(dictionary.termsOf(name));
    const rest = this.#vectorOf(dictionary.termsOf([description, ...asks].join("\n")));
    return own.map((value, index) => value + (rest[index] ?? 0));
  }

  #vectorOf(terms: readonly Term[]): Float32Array {
    const { table } = this.#knowledge;
    const sum = new Float32Array(table.dimensions);
    for (const term of terms) {
      if (term.rank !== undefined) table.add(term.rank, term.weight * this.#rarity(term), sum);
    }
    return normalised(sum);
  }

  /** Inverse document frequency: what every tool does tells none of them apart. */
  #rarity({ stem }: Term): number {
    const texts = this.#textsWith.get(stem) ?? 0;
    return Math.log(1 + (this.#terms.length + 0.5) / (texts + 0.5));
  }

  #bySynonyms(query: readonly Term[]): readonly number[] {
    const scores = new Float32Array(this.#terms.length);
    for (const group of new Set(query.flatMap(({ groups }) => groups))) {
      const texts = this.#textsOf.get(group) ?? [];
      const weight = Math.log(1 + this.#terms.length / (texts.length || 1));
      for (const text of texts) {
        scores[text] = (scores[text] ?? 0) + weight * (this.#shortness[text] ?? 0);
      }
    }
    return topOf(scores, CANDIDATES);
  }

  #byWords(query: readonly Term[], texts: ReadonlySet<number>): readonly number[] {
    const queryTerms = query.map((term) => {
      return {
        term,
        weight: term.weight * this.#rarity(term),
        likeness: new Map<string, number>(),
      };
    });
    const scores = new Map<number, number>();
    for (const text of texts)
      scores.set(text, this.#alignment(queryTerms, this.#terms[text] ?? []));
    return best(scores);
  }

  /** Each word with its nearest of the other side: what is asked must be there, and little else. */
  #alignment(query: readonly QueryTerm[], terms: readonly Term[]): number {
    const nearest = new Float32Array(terms.length);
    let matched = 0;
    let all = 0;
    for (const { term, weight, likeness } of query) {
      let most = 0;
      for (const [index, other] of terms.entries()) {
        // The same words stand in many texts.
        const similarity = likeness.get(other.stem) ?? this.#likeness(term, other);
        likeness.set(other.stem, similarity);
        most = Math.max(most, similarity);
        nearest[index] = Math.max(nearest[index] ?? 0, similarity);
      }
      matched += weight * most;
      all += weight;
    }
    const back = nearest.reduce((sum, one) => sum + one, 0);
    return matched / (all || 1) + (BACKWARDS * back) / (terms.length || 1);
  }

  #likeness(a: Term, b: Term): number {
    if (a.stem === b.stem) return 1;
    const synonyms = a.groups.some((group) => b.groups.includes(group)) ? SYNONYMS : 0;
    if (a.rank === undefined || b.rank === undefined) return synonyms;
    return Math.max(synonyms, this.#knowledge.table.similarity(a.rank, b.rank));
  }
}

function best(scores: ReadonlyMap<number, number>): readonly number[] {
  return [...scores]
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, CANDIDATES)
    .map(([text]) => text);
}

function countStems(texts: readonly (readonly Term[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const terms of texts) {
    for (const stem of new Set(terms.map((term) => term.stem))) {
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
    }
  }
  return counts;
}
