/** Words as they are compared where a text was forgotten, and which texts say enough to be looked for. */
import { IDEOGRAPHS, UNSPACED_LETTERS } from "#language/scripts.ts";
import { folded, isAscii, isStopWord } from "#language/text.ts";

/** What people say of everything, beside the stop words of a search. */
const COMMON: ReadonlySet<string> = new Set(
  `ago back best better bye cool course correct d day done don exactly fine first good got great hello hey hi hmm
  idea know last later ll m maybe mean much never new next nice now ok okay perfect problem re really right s said
  say says see sorry sure t thank thanks think time today true try ve wait welcome well works world wrong yeah yep
  yes`.split(/\s+/),
);
const PIECE: RegExp = new RegExp(
  `[${IDEOGRAPHS}${UNSPACED_LETTERS}]\\p{M}*|[^${IDEOGRAPHS}${UNSPACED_LETTERS}]+`,
  "gu",
);
const UNSPACED: RegExp = new RegExp(`[${IDEOGRAPHS}${UNSPACED_LETTERS}]`, "u");
const IDEOGRAPH: RegExp = new RegExp(`^[${IDEOGRAPHS}]`, "u");
const LETTER: RegExp = new RegExp(`^[${UNSPACED_LETTERS}]`, "u");
/** About so many words of such a script make one character. */
const WORDS_OF_IDEOGRAPH = 1 / 2;
const WORDS_OF_LETTER = 1 / 4;
/** So many words are hardly ever said again by chance; of fewer, one at least has to be uncommon. */
const MANY_WORDS = 5;
const TELLING_WORDS = 3;
/** A number that is a code: a step or a count is shorter. */
const CODE = /^(?=.*\p{N}).{3,}$/u;

/** The words of a text without marks and accents; each character is one where a script has no blanks. */
export function normalWords(text: string): readonly string[] {
  const plain = folded(text);
  // A tenth of the time.
  if (isAscii(plain)) return plain.match(/[a-z\d]+/g) ?? [];
  const runs = plain.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return runs.flatMap((run) => (UNSPACED.test(run) ? (run.match(PIECE) ?? []) : [run]));
}

/**
 * Whether words say which text is meant, wherever they stand: five of them, three with one that is not common, or a code
 * such as "4711". "Yes" and "What do you think?" stand in exchanges about everything.
 */
export function areTelling(words: readonly string[]): boolean {
  if (words.some((word) => CODE.test(word))) return true;
  const count = words.reduce((sum, word) => sum + wordsOf(word), 0);
  const isUncommon = (word: string) => !(isStopWord(word) || COMMON.has(word));
  return count >= MANY_WORDS || (count >= TELLING_WORDS && words.some(isUncommon));
}

function wordsOf(word: string): number {
  if (IDEOGRAPH.test(word)) return WORDS_OF_IDEOGRAPH;
  return LETTER.test(word) ? WORDS_OF_LETTER : 1;
}
