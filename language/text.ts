/** What the search makes of a text. */
import { scriptWords } from "./scripts.ts";
import { stem } from "./stem.ts";

// Words that say nothing about what a tool does; among them those with which people ask for one.
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after all also am an and any anything are as at be because been before being both but by can
  could did do does doing done during each every everything for from get gets getting give gives given go
  had has have having help her here him his how i if in inside into is it its itself just kind let lets
  like make makes making many may me might mine more most much must my myself need needed needs no not of
  off on once one ones only onto or other our out over own please same shall she should show so some
  somebody someone something somehow such take takes tell than that the their them then there these they
  thing things this those through to too tool tools under up upon us use used user uses using very want
  wants was way we were what whatever when where whether which while who whose why will with within without
  would you your yours`.split(/\s+/),
);

/** Of a script in which it is not a word. */
const ONE_LETTER = /^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}\d]$/u;

/** Whether a word says nothing about what a text is about. Lower case is expected. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

// Accents, points and vowel signs that are left out as often as they are written, and what no reader sees. Of other scripts
// marks are letters: without them Hindi and Thai have other words.
const MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\p{Cf}]/gu;

/** A text in lower case, in one way of writing each letter, without accents. */
export function folded(text: string): string {
  return plainLetters(text).toLowerCase().replaceAll("ß", "ss");
}

// Letters of other scripts, or what is written in several ways; dashes, quotes and bullets are neither.
const OTHER_LETTERS = /[^\0-\x7f\u2010-\u2027\u2030-\u205e]/;

/** Whether a text has no other letters than those of ASCII, which most texts have not. */
export function isAscii(text: string): boolean {
  return !OTHER_LETTERS.test(text);
}

function plainLetters(text: string): string {
  if (isAscii(text)) return text;
  const plain = text.normalize("NFKD").replace(MARKS, "").normalize("NFC");
  // Two signs of Thai and Lao do not come together again by themselves.
  return plain.replaceAll("\u0e4d\u0e32", "\u0e33").replaceAll("\u0ecd\u0eb2", "\u0eb3");
}

const WORD = /\p{L}[\p{L}\p{M}]*\p{N}*|\p{N}+|\p{Extended_Pictographic}/gu;

/** The words of a text in lower case; `camelCase`, `snake_case` and `sha256sum` are taken apart. */
export function wordsOf(text: string): readonly string[] {
  const plain = plainLetters(text)
    .replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
    .toLowerCase();
  if (isAscii(plain)) return plain.match(/[a-z]+\d*|\d+/g) ?? [];
  return (plain.match(WORD) ?? []).flatMap(scriptWords);
}

/** The words of a text that say what it is about; all of them where none does. */
export function contentWords(text: string): readonly string[] {
  const words = wordsOf(text);
  const content = words.filter((word) => !STOP_WORDS.has(word) && !ONE_LETTER.test(word));
  return content.length > 0 ? content : words;
}

/** The stems of the content words, each once. */
export function contentStems(text: string): readonly string[] {
  return [...new Set(contentWords(text).map(stem))];
}
