/** Lines of texts that have words of a user's line, found by code: small models search for the wrong word, or not at all. */
import { stem } from "#language/stem.ts";
import { isStopWord, wordsOf } from "#language/text.ts";
import { isWritten, tokensOf, whole } from "#language/written.ts";

/** So many lines of all files, and of each so many characters. */
const MOST_LINES = 10;
const LONGEST_LINE = 200;
/** Behind so many words of a line no further one is looked for: a pasted text has thousands, each for all files. */
const MOST_TERMS = 40;
/** A word that stands in a larger part of a text says little; in a short text every word may count. */
const COMMON = 0.34;
const SHORT_TEXT = 6;

export interface SearchedText {
  readonly path: string;
  readonly text: string;
}

/** @returns one text for each line of a file, those of one file together; none where no word is found. */
export function linkedLines(line: string, files: readonly SearchedText[]): readonly string[] {
  const terms = termsOf(line, files);
  const found = files.flatMap((file) => linesOf(file, terms));
  const rarest = found.toSorted((a, b) => a.share - b.share).slice(0, MOST_LINES);
  const rendered = found
    .filter((one) => rarest.includes(one))
    .map(({ path, number, text }) => short(`${path} line ${number}: ${text}`));
  const more = found.length - rarest.length;
  // A model must not conclude that a line which is omitted does not exist.
  return more === 0 ? rendered : [...rendered, `and ${more} more lines that have such a word`];
}

/** A word of the line, or what is written with digits and signs. */
type Term = (text: string, stems: ReadonlySet<string>) => boolean;

function termsOf(line: string, files: readonly SearchedText[]): readonly Term[] {
  const names = new Set(files.flatMap(({ path }) => [path, path.slice(path.lastIndexOf("/") + 1)]));
  const terms = new Map<string, Term>();
  for (const token of tokensOf(line)) {
    if (terms.size >= MOST_TERMS) break;
    if (names.has(token)) continue;
    if (isWritten(token)) {
      const asWhole = whole(token);
      terms.set(token.toLowerCase(), (text) => asWhole.test(text));
    }
    for (const word of wordsOf(token)) {
      const root = stem(word);
      const saysLittle = isStopWord(word) || word.length < 3 || /^\d/.test(word);
      if (!saysLittle) terms.set(root, (_text, stems) => stems.has(root));
    }
  }
  return [...terms.values()];
}

interface FoundLine {
  readonly path: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Part of the lines that have its words: the smaller, the more it says. */
  readonly share: number;
}

function linesOf({ path, text }: SearchedText, terms: readonly Term[]): readonly FoundLine[] {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== "")
    .map((line) => ({ ...line, stems: new Set(wordsOf(line.text).map(stem)) }));
  const shares = new Map<number, number>();
  for (const isIn of terms) {
    const found = lines.filter((line) => isIn(line.text, line.stems));
    const share = found.length / lines.length;
    if (share > COMMON && lines.length > SHORT_TEXT) continue;
    // A line with two of the words is more likely the right one than a line with one.
    for (const { number } of found) shares.set(number, (shares.get(number) ?? 1) * share);
  }
  return lines.flatMap(({ text: lineText, number }) => {
    const share = shares.get(number);
    return share === undefined ? [] : [{ path, number, text: lineText, share }];
  });
}

function short(text: string): string {
  return text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE).toWellFormed()}…`;
}
