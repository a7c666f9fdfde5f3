/** The words of a text, compared by letters and digits alone. */

/** A word in small letters, and where it stands in the text. */
export interface WordSpan {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

// Scripts without blanks between words: each sign counts as one.
const UNSPACED = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]\p{M}*`;
const WORD = new RegExp(String.raw`${UNSPACED}|(?:(?!${UNSPACED})[\p{L}\p{M}\p{N}])+`, "gu");

export function wordSpans(text: string): readonly WordSpan[] {
  return Array.from(text.matchAll(WORD), ({ 0: found, index }) => ({
    word: found.normalize("NFKC").toLowerCase(),
    start: index,
    end: index + found.length,
  }));
}

/** The words of a text with one blank between two. */
export function plainWords(text: string): string {
  return wordSpans(text.normalize("NFKC"))
    .map(({ word }) => word)
    .join(" ");
}
