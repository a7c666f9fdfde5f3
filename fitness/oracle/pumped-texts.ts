/** Texts for the regular expressions of a program: what each of them repeats, very often, and then what it does not want. */
import { type Pump, pumpsOf, type SeenPattern } from "./pattern-pumps.ts";
import { linesOf } from "./source-literals.ts";

/** As often as a piece is repeated where a way through it doubles the time, in characters. */
const SHORT_LENGTHS = [60, 400];
/** As long as a text is made that shows whether time grows faster than with the square of its length. */
const LONG_LENGTH = 10_000;
const MOST_SHORT = 1600;
const MOST_LONG = 60;
const MOST_PATTERNS = 60;

const LITERAL = /\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g;
const PYTHON = /\br[bf]?(["'])((?:\\.|(?!\1)[^\\\n])+)\1/g;

/** Patterns that stand in a program, or look like that; those that it puts together are not among them. */
export function patternsIn(source: string): readonly SeenPattern[] {
  const lines = linesOf(source);
  return [
    ...lines
      .flatMap((line) => [...line.matchAll(LITERAL)])
      .map(([, pattern = "", flags = ""]) => ({ source: pattern, flags })),
    ...lines
      .flatMap((line) => [...line.matchAll(PYTHON)])
      .map(([, , pattern = ""]) => ({ source: pattern, flags: "" })),
  ];
}

export interface PumpedText {
  readonly text: string;
  /** The source of the pattern that it was made for. */
  readonly pattern: string;
}

export interface PumpedTexts {
  readonly short: readonly PumpedText[];
  readonly long: readonly PumpedText[];
}

/**
 * @param most longest text in characters.
 * @returns texts for each repetition of each pattern, as many of the first as of the last.
 */
export function pumpedTexts(patterns: readonly SeenPattern[], most: number): PumpedTexts {
  const distinct = [
    ...new Map(patterns.map((one) => [`${one.flags}/${one.source}`, one])).values(),
  ];
  const loops = distinct
    .slice(0, MOST_PATTERNS)
    .flatMap((pattern) =>
      pumpsOf(pattern).map((pumps) => pumps.map((pump) => ({ ...pump, pattern: pattern.source }))),
    );
  const pumps = inTurn(loops);
  const texts = (lengths: readonly number[]): readonly PumpedText[] =>
    pumps.flatMap((pump) =>
      lengths.map((length) => ({ text: pumped(pump, length), pattern: pump.pattern })),
    );
  const short = texts(SHORT_LENGTHS.map((length) => Math.min(length, most)));
  const long = most > Math.max(...SHORT_LENGTHS) ? texts([Math.min(most, LONG_LENGTH)]) : [];
  return {
    short: distinctTexts(short).slice(0, MOST_SHORT),
    long: distinctTexts(long).slice(0, MOST_LONG),
  };
}

function distinctTexts(texts: readonly PumpedText[]): readonly PumpedText[] {
  return [...new Map(texts.toReversed().map((one) => [one.text, one])).values()].toReversed();
}

function pumped({ before, unit, after }: Pump, length: number): string {
  const times = Math.floor((length - before.length - after.length) / unit.length);
  return before + unit.repeat(Math.max(1, times)) + after;
}

/** The first of each list, then the second of each. */
function inTurn<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const rounds = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) =>
    lists.flatMap((list) => list.slice(round, round + 1)),
  ).flat();
}
