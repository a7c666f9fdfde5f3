/** Tells whether the text of an answer holds what a task asked for. */

/** How the right answer is known. Texts are compared without regard to case. */
export type Expected =
  /** Stands in the answer as a number of its own. */
  | { readonly number: number }
  /** Stands in the answer as words of its own. */
  | { readonly contains: string }
  /** One of them stands in the answer as words of its own. */
  | { readonly "any-of": readonly string[] }
  /** A regular expression, read with the flags `iu`. */
  | { readonly regex: string };

export interface Check {
  readonly answer: Expected;
  /** A regular expression: an answer that it finds is wrong. It refuses lists of everything that was there. */
  readonly unless?: string | undefined;
}

/** @throws {SyntaxError} when a regular expression of the check is not one. */
export function isRight(check: Check, answer: string): boolean {
  if (check.unless !== undefined && new RegExp(check.unless, "iu").test(answer)) return false;
  return holds(check.answer, answer);
}

function holds(expected: Expected, answer: string): boolean {
  if ("number" in expected) return numbersOf(answer).includes(expected.number);
  if ("contains" in expected) return containsWords(answer, expected.contains);
  if ("any-of" in expected) return expected["any-of"].some((words) => containsWords(answer, words));
  return new RegExp(expected.regex, "iu").test(answer);
}

function containsWords(answer: string, words: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(words)}(?![\\p{L}\\p{N}])`, "iu").test(
    answer,
  );
}

// Not the end of a longer number, nor part of a name, a date, a time, a version or a range ("3-5").
const BEFORE = String.raw`(?<![\p{L}\p{N}_]|[\p{L}\p{N}][-–.,:/])`;
// Behind it nothing but a short unit ("12 km", "12km", "7th"), and no further part of a date or a time.
const AFTER = String.raw`(?:°?[cf]|st|nd|rd|th|[kcm]?m|k?g|min|h|s)?(?![\p{L}\p{N}_]|[-–.,:/]\p{N})`;
const SIGN_AND_DIGITS = (separators: string): RegExp =>
  new RegExp(
    `${BEFORE}([-−]?(?:\\d{1,3}(?:[${separators}]\\d{3})+|\\d+)(?:\\.\\d+)?)${AFTER}`,
    "giu",
  );
// "10 200" is one number or two: both readings count.
const WRITTEN = [SIGN_AND_DIGITS(",'_"), SIGN_AND_DIGITS(",'_ \u00a0\u2009\u202f")];
/** "2." at the beginning of a line counts the points of a list. */
const LIST_NUMBERS = /^[ \t]*\d{1,2}[.)][ \t]+(?=\S)/gm;

function numbersOf(answer: string): number[] {
  const text = answer.replaceAll(LIST_NUMBERS, "");
  return WRITTEN.flatMap((written) =>
    [...text.matchAll(written)].map(([, digits = ""]) =>
      Number(digits.replaceAll(/[,'_ \u00a0\u2009\u202f]/gu, "").replace("−", "-")),
    ),
  );
}
