/** Texts for the regular expressions of a program: what each of them repeats, very often, and then what it does not want. */
import { isPumpedWhole, type ProgramPattern, type Pump, pumpsOf } from "./pattern-pumps.ts";
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
export function patternsIn(source: string): readonly ProgramPattern[] {
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
  /** How many repetitions they were made for, each in several ways. */
  readonly loops: number;
  readonly short: readonly PumpedText[];
  readonly long: readonly PumpedText[];
}

/**
 * @param most longest text in characters.
 * @returns texts for each repetition of each pattern, as many of the first as of the last.
 */
export function pumpedTexts(patterns: readonly ProgramPattern[], most: number): PumpedTexts {
  const loops = distinctOf(patterns)
    .slice(0, MOST_PATTERNS)
    .flatMap((pattern) =>
      pumpsOf(pattern).map((pumps) => pumps.map((pump) => ({ ...pump, pattern: pattern.source }))),
    );
  const pumps = inTurn(loops);
  const shortLengths = SHORT_LENGTHS.map((length) => Math.min(length, most));
  const longLengths = most > Math.max(...SHORT_LENGTHS) ? [Math.min(most, LONG_LENGTH)] : [];
  return {
    loops: loops.length,
    short: firstTexts(pumps, { lengths: shortLengths, count: MOST_SHORT }),
    long: firstTexts(pumps, { lengths: longLengths, count: MOST_LONG }),
  };
}

/** How many patterns no text is made for, or none for a part of them. */
export function untriedPatterns(patterns: readonly ProgramPattern[]): number {
  const distinct = distinctOf(patterns);
  const cut = distinct.slice(0, MOST_PATTERNS).filter((one) => !isPumpedWhole(one));
  return Math.max(0, distinct.length - MOST_PATTERNS) + cut.length;
}

function distinctOf(patterns: readonly ProgramPattern[]): readonly ProgramPattern[] {
  return [...new Map(patterns.map((one) => [`${one.flags}/${one.source}`, one])).values()];
}

interface TextLimits {
  /** In characters. */
  readonly lengths: readonly number[];
  readonly count: number;
}

/** Each once. No more are made than are wanted: all of them may be more than a process has memory for. */
function firstTexts(
  pumps: readonly (Pump & Pick<PumpedText, "pattern">)[],
  { lengths, count }: TextLimits,
): readonly PumpedText[] {
  const texts = new Map<string, PumpedText>();
  for (const pump of pumps) {
    for (const length of lengths) {
      if (texts.size >= count) return [...texts.values()];
      const text = pumped(pump, length);
      if (!texts.has(text)) texts.set(text, { text, pattern: pump.pattern });
    }
  }
  return [...texts.values()];
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
