/** What a person takes for one character: where it begins and ends, and how many columns it needs. */

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Longest cluster that is looked at, in UTF-16 code units; keeps every key cheap in a long text. */
const REACH = 256;

export function graphemes(text: string): string[] {
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

/** Where the character before `at` begins; 0 at the beginning. */
export function boundaryBefore(text: string, at: number): number {
  const start = Math.max(0, at - REACH);
  const last = graphemes(text.slice(start, at)).at(-1);
  return at - (last?.length ?? 0);
}

/** Where the character behind `at` ends; the length of the text at its end. */
export function boundaryAfter(text: string, at: number): number {
  const [first] = graphemes(text.slice(at, at + REACH));
  return at + (first?.length ?? 0);
}

/** `at`, or the end of the character that it would cut in two. */
export function boundaryAt(text: string, at: number): number {
  const start = Math.max(0, at - REACH);
  let end = start;
  for (const { length } of graphemes(text.slice(start, at + REACH))) {
    if (end >= at) break;
    end += length;
  }
  return end;
}

// The joiners are part of words in many scripts.
const WORD = /[\p{L}\p{N}\p{M}_\u200c\u200d]/u;

/** Where the word before `at` begins. */
export function wordBefore(text: string, at: number): number {
  let index = at;
  while (index > 0 && !WORD.test(pointBefore(text, index)))
    index -= pointBefore(text, index).length;
  while (index > 0 && WORD.test(pointBefore(text, index))) index -= pointBefore(text, index).length;
  return boundaryAt(text, index);
}

/** Where the word behind `at` ends. */
export function wordAfter(text: string, at: number): number {
  let index = at;
  while (index < text.length && !WORD.test(pointAt(text, index))) {
    index += pointAt(text, index).length;
  }
  while (index < text.length && WORD.test(pointAt(text, index))) {
    index += pointAt(text, index).length;
  }
  return boundaryAt(text, index);
}

function pointAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function pointBefore(text: string, at: number): string {
  const pair = text.slice(Math.max(0, at - 2), at);
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(pair) ? pair : text.slice(at - 1, at);
}
