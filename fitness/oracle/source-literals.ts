/** Texts and numbers of a program of either language: where it decides by them, inputs with them show it. */

const NUMBER = /(?<![\w.])(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)(?![\w.])/g;
const TEXT = /(["'`])((?:\\.|(?!\1)[^\\\n])*)\1/g;
/** Words of a pattern, such as `okapi` in `/^okapi$/`. */
const PATTERN_WORD = /\/(?:\\.|[^/\\\n*])+\//g;
const ESCAPE = /\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/g;
/** A character by its number, or one that no key of a usual keyboard has. */
const CHARACTER = String.raw`\\u\{[\da-fA-F]{1,6}\}|\\u[\da-fA-F]{4}|\\U[\da-fA-F]{8}|\\x[\da-fA-F]{2}|[^\0-\x7f]`;
const RANGE = new RegExp(`(${CHARACTER})(?:-(${CHARACTER}))?`, "gu");
const CONTROLS: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  0: "\0",
  b: "\b",
  v: "\v",
  f: "\f",
};
const MOST = 40;
const LONGEST_TEXT = 60;
/** In characters; a person writes no longer line, and none may cost the square of 256 KB. */
const LONGEST_LINE = 400;

/** Whole and broken numbers that are more than 1, the rarest first: small ones count something anyway. */
export function numbersIn(source: string): readonly number[] {
  return valuesIn(source).filter((value) => value > 1);
}

/** Numbers between 0 and 1: where a program keeps something below or above one of them. */
export function fractionsIn(source: string): readonly number[] {
  return valuesIn(source).filter((value) => value > 0 && value < 1);
}

function valuesIn(source: string): readonly number[] {
  const found = [...source.matchAll(NUMBER)].map(([text]) => Number(text.replaceAll("_", "")));
  return [...new Set(found.filter(Number.isFinite))].sort((a, b) => b - a).slice(0, MOST);
}

/**
 * Characters that a program names by their numbers or as they are, and no key of a keyboard types: both ends and the
 * middle of a range.
 */
export function charactersIn(source: string): readonly string[] {
  const points = linesOf(source).flatMap((line) =>
    [...line.matchAll(RANGE)].flatMap(([, first = "", last]) => {
      const [least, most] = [pointOf(first), pointOf(last ?? first)];
      return [least, (least + most) >> 1, most];
    }),
  );
  const named = points.filter((point) => point > 0x7e && point <= 0x10_ff_ff);
  return [...new Set(named)].slice(0, MOST).map((point) => String.fromCodePoint(point));
}

function pointOf(written: string): number {
  return written.startsWith("\\")
    ? Number.parseInt(written.slice(2).replace("{", ""), 16)
    : (written.codePointAt(0) ?? 0);
}

/** Texts as the program reads them. */
export function textsInSource(source: string): readonly string[] {
  const lines = linesOf(source);
  const quoted = lines
    .flatMap((line) => [...line.matchAll(TEXT)])
    .map(([, , text = ""]) => plain(text));
  const words = lines
    .flatMap((line) => [...line.matchAll(PATTERN_WORD)])
    .flatMap(([pattern]) => pattern.match(/[\p{L}\d]{3,}/gu) ?? []);
  const all = [...quoted, ...words].filter((text) => text !== "" && text.length <= LONGEST_TEXT);
  return [...new Set(all)].slice(0, MOST);
}

/** The lines of a program, long ones in pieces: what is looked for stands on one line. */
export function linesOf(source: string): readonly string[] {
  return source
    .split("\n")
    .flatMap((line) =>
      Array.from({ length: Math.ceil(line.length / LONGEST_LINE) }, (_, piece) =>
        line.slice(piece * LONGEST_LINE, (piece + 1) * LONGEST_LINE),
      ),
    );
}

function plain(text: string): string {
  return text.replace(ESCAPE, (...[, wide, four, two, one = ""]: (string | undefined)[]) => {
    const code = wide ?? four ?? two;
    if (code === undefined) return CONTROLS[one] ?? one;
    const point = Number.parseInt(code, 16);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : "";
  });
}
