/** Texts for the regular expressions of a program: what each of them repeats, very often, and then what it does not want. */

import { linesOf } from "./source-literals.ts";

/** Classes of characters that stand under a repetition, with one character of each. */
const SAMPLES: Readonly<Record<string, string>> = {
  "\\w": "a",
  "\\d": "1",
  "\\s": " ",
  "\\S": "a",
  "\\D": "a",
  "\\W": "-",
  ".": "a",
};
/** As often as that a piece is repeated, where the schema allows so long a text. */
const TIMES = [30, 2000, 30_000];
/** What ends a text so that the whole does not match. */
const MISFITS = ["!", "\n", "\u0000"];

const LITERAL = /\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/[dgimsuvy]*/g;
const PYTHON = /\br[bf]?(["'])((?:\\.|(?!\1)[^\\\n])+)\1/g;
const REPEATED =
  /(\[(?:\\.|[^\]\\])+\]|\\[wdsSDW]|\.|\((?:[^()]|\([^()]*\))*\)|[\w ,;:-])(?:[+*]|\{\d+,\d*\})/g;

/** @param most longest text in characters. @returns for each repeated part of each pattern a few texts. */
export function pumpedTexts(source: string, most: number): readonly string[] {
  const lines = linesOf(source);
  const patterns = [
    ...lines.flatMap((line) => [...line.matchAll(LITERAL)]).map(([, pattern = ""]) => pattern),
    ...lines.flatMap((line) => [...line.matchAll(PYTHON)]).map(([, , pattern = ""]) => pattern),
  ].slice(0, 20);
  const pieces = patterns.flatMap((pattern) =>
    [...pattern.matchAll(REPEATED)].map(([, part = ""]) => sampleOf(part)),
  );
  return [...new Set(pieces)].slice(0, 12).flatMap((piece, index) =>
    TIMES.map((times) => {
      const misfit = MISFITS[index % MISFITS.length] ?? "!";
      return (
        piece.repeat(Math.min(times, Math.floor((most - 1) / Math.max(1, piece.length)))) + misfit
      );
    }),
  );
}

/** A text that a part of a pattern matches, as far as its first letters tell. */
function sampleOf(part: string): string {
  const known = SAMPLES[part];
  if (known !== undefined) return known;
  const inside = part.replace(/^\((?:\?[:=!<]+|\?<\w+>)?/, "").replace(/\)$/, "");
  if (inside.startsWith("[")) return sampleOfClass(inside);
  const parts = inside.match(/\[(?:\\.|[^\]\\])+\]|\\.|[^\\()[\]|?*+^$]/g) ?? ["a"];
  return (
    parts
      .map((one) => (one.startsWith("[") ? sampleOfClass(one) : (SAMPLES[one] ?? one.at(-1))))
      .join("") || "a"
  );
}

function sampleOfClass(text: string): string {
  if (text.startsWith("[^")) return "a";
  const [, first = "a"] = /^\[(\\.|[^\]])/.exec(text) ?? [];
  return SAMPLES[first] ?? first.at(-1) ?? "a";
}
