/** When a note says what another one says already. Where that is in doubt, it does not: both stay. */
import { normalWords } from "./normal-words.ts";

// Words that change nothing, wherever they stand. Few: "was" is not "is", "before" is not "after", "must" is not "may".
const EMPTY: ReadonlySet<string> = new Set(
  "a an the that is are be am please just really very actually also".split(" "),
);
const OPENING = /^["'([{«“‘`*_]+/;
const CLOSING = /["')\]}»”’`*_.,;:!?]+$/;
const SENTENCE_END = /[.!?]["')\]”’]*$/;
/** Nothing but letters, the first one capital or not: a word, and perhaps not a name. */
const PLAIN = /^\p{L}\p{Ll}*$/u;
/** Of fewer words the beginning at the end says something else: "B is before A" is not "A is before B". */
const LEAST_TURNED = 4;
/** A word, whatever its capitals: no path and no number. */
const LETTERS = /^\p{L}+(?:['-]\p{L}+)*$/u;
/** Between two parts of a sentence; between numbers it is a minus. */
const DASH = /(?<=[^\s\d]\s+)[-–—]+(?=\s+\S)|(?<=\S\s+)[-–—]+(?=\s+[^\s\d])/gu;

/** What finds an equal note: blanks and the last full stop do not count, capitals do, as in paths. */
export function noteHash(text: string): string {
  const plain = text.normalize("NFKC").trim().replace(/\s+/g, " ");
  return sha256(plain.replace(/[.!]+$/, ""));
}

/** What stands for a text that is forgotten: capitals, marks and empty words do not count. */
export function erasedHash(text: string): string {
  const words = normalWords(text);
  const rest = words.filter((word) => !isEmptyWord(word));
  // Else all texts of empty words would be one.
  return sha256((rest.length === 0 ? words : rest).join(" "));
}

/** Whether a word changes nothing, wherever it stands. */
export function isEmptyWord(word: string): boolean {
  return EMPTY.has(word);
}

/**
 * Whether two texts say the same in the same words, or with the beginning of one at the end of the other. Numbers, names,
 * signs, negation and little words between them count, because word vectors see no difference between "before" and
 * "after", or between "open" and "closed". Capitals tell names, but where one of the texts has none, or nothing else.
 */
export function saysTheSame(one: string, other: string): boolean {
  const folds = hasOneCase(one) || hasOneCase(other);
  const [a, b] = [meaningOf(one, folds), meaningOf(other, folds)];
  if (a.length !== b.length || a.length === 0) return false;
  const starts = a.length < LEAST_TURNED ? [0] : a.keys().toArray();
  return starts.some((start) => b.every((word, at) => a[(start + at) % a.length] === word));
}

/** Typed in small letters or in capitals throughout: no capital of it tells a name. */
function hasOneCase(text: string): boolean {
  return !(/\p{Lu}/u.test(text) && /\p{Ll}/u.test(text));
}

/** The words of a text that mean something, in their order: names and numbers as they are. */
function meaningOf(text: string, folds: boolean): readonly string[] {
  let isFirst = true;
  const plain = text
    .normalize("NFKC")
    .replace(/[’]/g, "'")
    .replace(/\b(ca)n't\b/gi, "$1n not")
    .replace(/\bcannot\b/gi, "can not")
    .replace(/n't\b/gi, " not")
    .replace(DASH, " ");
  return plain.split(/\s+/).flatMap((written) => {
    const word = written.replace(OPENING, "").replace(CLOSING, "");
    const begins = isFirst;
    isFirst = SENTENCE_END.test(written);
    if (word === "") return /[\p{P}\p{S}]{2,}|\p{S}/u.test(written) ? [written] : [];
    const small = word.toLowerCase();
    const isName = folds ? !LETTERS.test(word) : !PLAIN.test(word) || (!begins && word !== small);
    if (isName) return [word];
    return EMPTY.has(small) ? [] : [small];
  });
}

/** In hexadecimal. */
export function sha256(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
