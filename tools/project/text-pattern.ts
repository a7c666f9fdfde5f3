/**
 * What a line has to hold: one of these, and of it all pieces in this order. Less than a regular expression, so that no
 * pattern and no line can make a search slow.
 */
export type TextPattern = readonly (readonly string[])[];

/** Most alternatives of one pattern. */
const MOST_ALTERNATIVES = 20;

/** A text to the letter; of several lines the first that is not blank, for a hit is one line. */
export function literalPattern(text: string): TextPattern {
  const line = text.split("\n").find((one) => one.trim() !== "") ?? text;
  return [[line === text ? line : line.trim()]];
}

/**
 * The regular expressions that can be searched for: texts with `|` between them and `.*` within them, escapes, word ends and
 * slashes around it all.
 *
 * @returns `undefined` for a plain text, and for an expression with more to it.
 */
export function readPattern(text: string): TextPattern | undefined {
  const inside = /^\/(.+)\/[gimsu]*$/s.exec(text)?.[1] ?? text;
  const read = inside.split(/\\?\|/).map((one) => one.split(/\.[*+]\??/).map(plainOf));
  const pieces = read.map((one) => one.filter((piece) => piece !== ""));
  const isRead = pieces.every((one) => one.length > 0 && one.every((piece) => piece !== undefined));
  if (!isRead || pieces.length > MOST_ALTERNATIVES) return undefined;
  const pattern = pieces.map((one) => one.filter((piece) => piece !== undefined));
  return pattern.length === 1 && pattern[0]?.length === 1 && pattern[0][0] === text
    ? undefined
    : pattern;
}

/** Whether an expression may be meant where a text to the letter is not found. */
export function looksLikeExpression(text: string): boolean {
  return /\\[wdsbWDS(.[]|[.\])][*+]|\[\^|^\^|\$$|^\/.+\/$/.test(text);
}

/** Without escapes and word ends; `undefined` where it is more than a text. */
function plainOf(piece: string): string | undefined {
  const bare = piece.replace(/^\^|\$$|\\b/g, "");
  const marks = bare.replace(/\\[^\w\s]/g, "");
  // A bracket that stands for itself is what models search code with: `total(`.
  if (/[*+?{}[\]\\]|\(\?|\(.+\)/.test(marks)) return undefined;
  return bare.replace(/\\([^\w\s])/g, "$1");
}

/** Whether a text has all pieces of an alternative in their order. */
export function fitsPattern(text: string, pattern: TextPattern): boolean {
  return pattern.some((pieces) => {
    let from = 0;
    return pieces.every((piece) => {
      const at = text.indexOf(piece, from);
      from = at + piece.length;
      return at >= 0;
    });
  });
}
