/** Words of scripts that have no blanks between them, or that write what others call small words behind a word. */

/** Of Chinese and Japanese, for a class of a regular expression. */
export const IDEOGRAPHS = "\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}";
/** Of languages that write words of several letters without blanks. */
export const UNSPACED_LETTERS = "\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}";

const PAIRED: string = `${IDEOGRAPHS}\\p{sc=Hang}`;
const ANY: RegExp = new RegExp(`[${PAIRED}${UNSPACED_LETTERS}]`, "u");
const PART: RegExp = new RegExp(
  `[${PAIRED}]+|[${UNSPACED_LETTERS}][${UNSPACED_LETTERS}\\p{M}]*|[^${PAIRED}${UNSPACED_LETTERS}]+`,
  "gu",
);
const IS_PAIRED: RegExp = new RegExp(`^[${PAIRED}]`, "u");
const IS_UNSPACED: RegExp = new RegExp(`^[${UNSPACED_LETTERS}]`, "u");
const ONE_IDEOGRAPH = /^\p{sc=Han}$/u;

/** By dictionaries that the runtime has; made at the first use, for most texts never need it. */
let segmenter: Intl.Segmenter | undefined;

/**
 * Words of a run of letters. Of Chinese, Japanese and Korean these are pairs of characters, which are the same in a question
 * and in a text whatever stands around them, and characters that are a word alone; of Thai and its neighbours words of a
 * dictionary.
 */
export function scriptWords(run: string): readonly string[] {
  if (!ANY.test(run)) return [run];
  return (run.match(PART) ?? []).flatMap((part) => {
    if (IS_PAIRED.test(part)) return [...pairsOf([...part]), ...singlesOf(part)];
    return IS_UNSPACED.test(part) ? segmentsOf(part) : [part];
  });
}

function pairsOf(characters: readonly string[]): readonly string[] {
  if (characters.length === 1) return characters;
  return characters.slice(1).map((one, at) => `${characters[at]}${one}`);
}

function singlesOf(part: string): readonly string[] {
  if (part.length === 1) return [];
  return segmentsOf(part).filter((one) => ONE_IDEOGRAPH.test(one));
}

function segmentsOf(part: string): readonly string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
  return Array.from(segmenter.segment(part), ({ segment }) => segment);
}
