/** Words as they are compared where a text was forgotten, and which texts say enough to be looked for. */
import { IDEOGRAPHS, UNSPACED_LETTERS } from "#language/scripts.ts";
import { folded, isAscii, isStopWord } from "#language/text.ts";

/** What people say of everything, beside the stop words of a search. */
const COMMON: ReadonlySet<string> = new Set(
  `ago agree agreed alright answer anyway appreciate aren back bad best better bit bye case catch changed check clear
  close cool correct couldn couple course d day didn doesn don done easy else enough ever exactly fair far few find
  fine finished first forget forgot found glad good got great guess guys happen happened happens happy hard hasn
  haven hear hello help helpful helps hey hi hmm hope hour hours idea interesting isn job keep know last later leave
  left less little ll long look looking looks lot lots love m maybe mean minute minutes morning much never new next
  nice night now ok okay perfect point possible probably problem question questions quick quickly quite rather re
  ready really remember right run s said same say says second see seems sense shouldn since soon sorry sounds start
  started stay still stop stopped stuff sure t talk team tell test tested thank thanks thats think though thought
  time today together tomorrow tonight true try understand understood ve wait wasn way week welcome well went weren
  whole won wonder word words worked working works world worry wouldn wrong yeah year yep yes yesterday yet`.split(
    /\s+/,
  ),
);
const PIECE: RegExp = new RegExp(
  `[${IDEOGRAPHS}${UNSPACED_LETTERS}]\\p{M}*|[^${IDEOGRAPHS}${UNSPACED_LETTERS}]+`,
  "gu",
);
const UNSPACED: RegExp = new RegExp(`[${IDEOGRAPHS}${UNSPACED_LETTERS}]`, "u");
const HAN = /^\p{sc=Han}/u;
const KANA: RegExp = new RegExp(`^[${IDEOGRAPHS}]`, "u");
const LETTER: RegExp = new RegExp(`^[${UNSPACED_LETTERS}]`, "u");
/** About so many words is one character of such a script: five of Chinese say what three words do. */
const WORDS_OF_HAN = 0.6;
const WORDS_OF_KANA = 0.4;
const WORDS_OF_LETTER = 0.25;
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
  if (HAN.test(word)) return WORDS_OF_HAN;
  if (KANA.test(word)) return WORDS_OF_KANA;
  return LETTER.test(word) ? WORDS_OF_LETTER : 1;
}
