/** What is known of single words: vectors, synonyms, and which words the tools use. */
import { stem } from "./stem.ts";
import { contentWords } from "./text.ts";
import type { Thesaurus } from "./thesaurus.ts";
import type { WordTable } from "./word-table.ts";

/** A content word of a text. */
export interface Term {
  readonly stem: string;
  /** Place in the word table. */
  readonly rank: number | undefined;
  /** Groups of the thesaurus. */
  readonly groups: readonly number[];
  /** From 0 to 1: rare words say more. */
  readonly weight: number;
}

/** What the search knows of English. */
export interface WordKnowledge {
  readonly table: WordTable;
  readonly thesaurus: Thesaurus;
}

/** Smooth inverse frequency, with the usual constant: https://openreview.net/forum?id=SyK00v5xx */
const RARE = 1e-3;
/** Zipf's law: the n-th word makes up about 1 / (n ln N) of all text. */
const ZIPF = 9.5;
/** The table does not have the most frequent words, which would come before its first. */
const FIRST_RANK = 10;

/** Looks the words of many texts up, each once: the same words stand in most of them. */
export class Dictionary {
  readonly #knowledge: WordKnowledge;
  readonly #terms = new Map<string, Term>();

  constructor(knowledge: WordKnowledge) {
    this.#knowledge = knowledge;
  }

  /** The content words of a text, each once. */
  termsOf(text: string): readonly Term[] {
    return [...new Set(contentWords(text))].map((word) => {
      const cached = this.#terms.get(word);
      if (cached !== undefined) return cached;
      const term = termOf(word, this.#knowledge);
      this.#terms.set(word, term);
      return term;
    });
  }
}

export function termOf(word: string, { table, thesaurus }: WordKnowledge): Term {
  const rank = table.rankOf(word);
  const frequency = rank === undefined ? 0 : 1 / ((rank + FIRST_RANK) * ZIPF);
  const one = stem(word);
  return {
    ...{ stem: one, rank, groups: thesaurus.groupsOf(one) },
    weight: RARE / (RARE + frequency),
  };
}
