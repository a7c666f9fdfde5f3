/** One text for each regular expression of a program: where it replaces or refuses what it finds, the text shows it. */
import type { ProgramPattern } from "./pattern-pumps.ts";
import { type PatternPart, patternTree } from "./pattern-tree.ts";
import { charactersIn } from "./source-literals.ts";

const MOST = 20;
const LONGEST_PATTERN = 500;
const LONGEST_SAMPLE = 200;
/** Of all patterns together: a hostile one is searched for seconds before the language gives up. */
const MOST_MS = 1000;
/** What a part that may be repeated is repeated, where no more is requested. */
const TIMES = 2;
/** What a usual keyboard types, letters first, and two characters that it does not. */
const LETTERS: readonly string[] = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  ..." _-.,;:/@#%&'\"`()[]{}<>=+*!?|~$^\\\n\t\r",
  ...["\u00e9", "\u00a0"],
];

/** @returns texts in which a pattern finds something, at most one for each. */
export function patternSamples(patterns: readonly ProgramPattern[]): readonly string[] {
  const start = performance.now();
  const finds = (pattern: ProgramPattern, text: string): boolean =>
    performance.now() - start < MOST_MS && isFoundIn(pattern, text);
  return patterns
    .filter(({ source }) => source.length <= LONGEST_PATTERN)
    .slice(0, MOST)
    .flatMap((pattern) => {
      const tree = patternTree(pattern.source, pattern.flags.includes("x"));
      const letters = [...LETTERS, ...charactersIn(pattern.source)];
      const made = [true, false].map((looks) => sampleOf(tree, { letters, looks }));
      const sample = made.find(
        (one) => one !== "" && one.length <= LONGEST_SAMPLE && finds(pattern, one),
      );
      return sample ?? [];
    });
}

interface Taste {
  readonly letters: readonly string[];
  /** Whether what a pattern looks at stands there as well: it may be what must not. */
  readonly looks: boolean;
}

/** @returns one character more than a sample may have where it would be longer: repetitions of repetitions have no end. */
function sampleOf(part: PatternPart, taste: Taste): string {
  return wholeSampleOf(part, taste).slice(0, LONGEST_SAMPLE + 1);
}

function wholeSampleOf(part: PatternPart, taste: Taste): string {
  switch (part.kind) {
    case "character":
      return letterOf(part.source, taste.letters);
    case "sequence":
      return part.parts.map((one) => sampleOf(one, taste)).join("");
    case "choice":
      return part.parts.map((one) => sampleOf(one, taste)).find((one) => one !== "") ?? "";
    case "repeat": {
      const times = Math.min(Math.max(part.least, TIMES), part.most, LONGEST_SAMPLE);
      return sampleOf(part.part, taste).repeat(times);
    }
    case "group":
      return sampleOf(part.part, taste);
    case "look":
      return taste.looks ? sampleOf(part.part, taste) : "";
    default:
      return "";
  }
}

function letterOf(source: string, letters: readonly string[]): string {
  const whole = `^(?:${source})$`;
  const pattern = compiled({ source: whole, flags: "u" }) ?? compiled({ source: whole, flags: "" });
  return (pattern && letters.find((one) => pattern.test(one))) ?? "";
}

/** A pattern of Python may be none here: then nothing speaks against its sample. */
function isFoundIn({ source, flags }: ProgramPattern, text: string): boolean {
  return compiled({ source, flags: flags.replace(/[gy]/g, "") })?.test(text) ?? true;
}

function compiled({ source, flags }: ProgramPattern): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
