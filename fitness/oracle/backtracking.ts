/** Whether the regular expressions of a tool come to an end: each is tried on texts that were made to have it backtrack. */
import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { showJson } from "./compare.ts";
import { type Finding, LOAD_CPU_MS } from "./load.ts";
import { leavesOf, withValue } from "./near-inputs.ts";
import type { ProgramPattern } from "./pattern-pumps.ts";
import { type PumpedText, patternsIn, pumpedTexts, untriedPatterns } from "./pumped-texts.ts";
import { fitting, resolveReference } from "./schema.ts";
import type { OnSkipped } from "./skipped.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** Processor time in milliseconds that a few hundred characters may take: a hundred times what they usually do. */
const SHORT_MS = 250;
/** Where a schema names no longest text, in characters. */
const USUAL_CHARACTERS = 5000;
/** So many positions of texts in the input are tried, together with so many short and long texts. */
const MOST_POSITIONS = 12;
const MOST_INPUTS = { short: 2400, long: 180 } as const;
/** Patterns are looked for in what a tool does with so many inputs of the range of its schema. */
const WATCHED = 120;

/** What a tool does with inputs in processes of the sandbox. */
export interface PatternTrials {
  /** Regular expressions that the tool makes or uses for these inputs. */
  readonly patternsFor: (inputs: readonly unknown[]) => Promise<readonly ProgramPattern[]>;
  /** @returns the first input that takes longer than it may, also by itself; or what was left when the time was spent. */
  readonly firstSlow: (trials: readonly Trial[]) => Promise<SlowTrial | SpentTrials | undefined>;
  /** Receives what is not tried. */
  readonly onSkipped?: OnSkipped | undefined;
}

/** An input, and the processor time that it may take, in milliseconds. */
export interface Trial {
  readonly input: unknown;
  readonly mostMs: number;
}

interface SlowTrial {
  readonly index: number;
  /** Processor time in milliseconds; absent where a limit ended it. */
  readonly ms: number | undefined;
}

/** No input was found slow, and not all of them were tried. */
interface SpentTrials {
  readonly untried: number;
  /** Processor time in milliseconds. */
  readonly spentMs: number;
}

/** @param inputs from the whole range of its schema. */
export async function endlessPattern(
  tool: ToolUnderTest,
  inputs: readonly unknown[],
  { patternsFor, firstSlow, onSkipped }: PatternTrials,
): Promise<Finding | undefined> {
  const all = positionsOf(tool);
  const positions = all.slice(0, MOST_POSITIONS);
  if (positions.length === 0) return;
  const observed = await patternsFor(watched(tool, inputs));
  const patterns = [...observed, ...patternsIn(tool.source)];
  reportUntried(patterns, all.length, onSkipped);
  const { trials, unmet } = trialsFor(patterns, positions, fitting(tool.contract.input));
  if (unmet > 0) {
    onSkipped?.(
      `${unmet} repetitions of its regular expressions were not tried in each text of its input`,
    );
  }
  const slow = trials.length === 0 ? undefined : await firstSlow(trials);
  if (slow === undefined) return;
  if ("untried" in slow) return tooLong(slow, trials.length);
  const trial = trials[slow.index];
  if (trial === undefined) return;
  const { input, text, pattern } = trial;
  const took = slow.ms === undefined ? "came to no end" : `took ${slow.ms} ms of processor time`;
  return {
    reason: "A regular expression takes far longer than the length of its text explains",
    details: [
      `input ${showJson(input)} with a text of ${text.length} characters ${took}`,
      `it was made for the pattern ${showJson(pattern)}: look for a repetition within a repetition, such as (a+)+, for choices of which several match the same, such as (a|[a-z])*, and for repetitions of the same characters behind each other, such as a*a*a*; say what may stand there in one way only, or go through the text without a pattern`,
    ],
  };
}

/** What cannot be tried to its end is not let through: a tool that spends the time would never be tried. */
function tooLong({ untried, spentMs }: SpentTrials, all: number): Finding {
  return {
    reason: "The regular expressions of the tool could not be tried out: its calls take too long",
    details: [
      `${all - untried} of ${all} texts took ${spentMs} ms of processor time together, which is all that there is for them`,
      "make the calls with texts of some hundred characters faster",
    ],
  };
}

/** The shortest of each case and some of every size: long ones take long, and few patterns are only theirs. */
function watched({ cases }: ToolUnderTest, inputs: readonly unknown[]): readonly unknown[] {
  const step = Math.max(1, Math.floor(inputs.length / WATCHED));
  return [
    ...cases.map(({ input }) => input),
    ...inputs.filter((_input, index) => index % step === 0),
  ];
}

/** Where a text stands in an input. */
interface TextPosition {
  readonly most: number;
  readonly withText: (text: string) => unknown;
}

function positionsOf({ cases, contract }: ToolUnderTest): readonly TextPosition[] {
  const byShape = new Map<string, TextPosition>();
  // A case that fails may fail before it looks at its texts.
  const sortedCases = [...cases].sort((a, b) => Number("error" in a) - Number("error" in b));
  for (const { input } of sortedCases) {
    for (const { path, value } of leavesOf(input)) {
      const shape = path.map((key) => (typeof key === "number" ? "*" : key)).join("/");
      if (typeof value !== "string" || byShape.has(shape)) continue;
      const most = longestAt(contract.input, path) ?? USUAL_CHARACTERS;
      byShape.set(shape, { most, withText: (text) => withValue(input, path, text) });
    }
  }
  return [...byShape.values()];
}

function reportUntried(
  patterns: readonly ProgramPattern[],
  positionCount: number,
  onSkipped: OnSkipped | undefined,
): void {
  const untriedCount = untriedPatterns(patterns);
  if (untriedCount > 0)
    onSkipped?.(`${untriedCount} of its regular expressions were not tried, or not as a whole`);
  if (patterns.length > 0 && positionCount > MOST_POSITIONS) {
    onSkipped?.(
      `its regular expressions were tried in ${MOST_POSITIONS} of ${positionCount} texts of its input`,
    );
  }
}

/** The longest text that a schema names for a position; nothing where the path there is not a plain one. */
function longestAt(root: JsonSchema, path: readonly (string | number)[]): number | undefined {
  let schema = resolveReference(root, root);
  for (const key of path) {
    const properties = schema["properties"];
    const named = isFields(properties) ? properties[key] : undefined;
    const below = typeof key === "number" ? schema["items"] : named;
    const next = below ?? schema["additionalProperties"];
    if (!isFields(next)) return;
    schema = resolveReference(next, root);
  }
  const { maxLength } = schema;
  return typeof maxLength === "number" ? maxLength : undefined;
}

type PatternTrial = Trial & PumpedText;

function trialsFor(
  patterns: readonly ProgramPattern[],
  positions: readonly TextPosition[],
  fits: (input: unknown) => boolean,
): { readonly trials: readonly PatternTrial[]; readonly unmet: number } {
  const each = Math.floor(MOST_INPUTS.short / positions.length);
  const eachLong = Math.floor(MOST_INPUTS.long / positions.length);
  const made = positions.map(({ most, withText }) => {
    const { loops, short, long } = pumpedTexts(patterns, most);
    const trial = (mostMs: number) => (one: PumpedText) => ({
      ...one,
      ...{ input: withText(one.text), mostMs },
    });
    return { loops, short: short.map(trial(SHORT_MS)), long: long.map(trial(LOAD_CPU_MS)) };
  });
  // What is quick comes first.
  const trials = [
    ...made.flatMap(({ short }) => short.slice(0, each)),
    ...made.flatMap(({ long }) => long.slice(0, eachLong)),
  ].filter(({ input }) => fits(input));
  // The first ways of all repetitions come before the second of any: each has two lengths.
  const unmet = Math.max(0, ...made.map(({ loops }) => loops - Math.floor(each / 2)));
  return { trials, unmet };
}
