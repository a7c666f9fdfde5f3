/**
 * Bounds of a program that no case and no test shows.
 *
 * What wraps a number around, keeps it in a few bits, ends a repetition at 40 letters or a buffer at 3,000 is right for small
 * inputs and wrong for others, without a point where the program decides. With one bound wider, or without one thing that
 * takes something away, the cases stay as they are: where an input of the schema's range does not, a human decides.
 */
import type { HeldText } from "#tools/contract/validation.ts";
import { inParallel } from "../oracle/ask.ts";
import { sameJson, showJson } from "../oracle/compare.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import { askMany, type ManyAnswer } from "./ask-many.ts";
import { testsNotice } from "./own-tests.ts";
import type { ModuleRelaxed } from "./relaxed.ts";
import type { Inside } from "./run-inside.ts";

/** Processor time of one relaxed program in milliseconds. */
const CPU_MS = 4000;
/** An ordinary tool has ten. */
const MOST_TRIED = 40;
const EXCERPT_CHARACTERS = 80;

/** An input, and what the tool as it is answers to it. */
export interface Observation {
  readonly input: unknown;
  readonly answer: ManyAnswer;
}

interface BoundsContext {
  readonly relaxed: readonly ModuleRelaxed[];
  /** Cases, and inputs of its range. */
  readonly declared: readonly Observation[];
  readonly others: readonly Observation[];
  readonly inside: Inside;
}

/** @returns what a human has to decide, at most one thing for each line. */
export async function unshownBounds(
  tool: ToolUnderTest,
  { relaxed, declared, others, inside }: BoundsContext,
): Promise<readonly HeldText[]> {
  if (relaxed.length > MOST_TRIED) {
    inside.onSkipped?.(`it has ${relaxed.length} bounds, and ${MOST_TRIED} were tried`);
  }
  const results = others.filter(({ answer }) => answer !== undefined && !answer.failure);
  const observations = [...declared, ...results];
  const inputs = observations.map(({ input }) => input);
  const found = await inParallel(relaxed.slice(0, MOST_TRIED), async (one) => {
    const many = { inputs, instead: { [one.file]: one.source }, cpuMs: CPU_MS };
    const { answers } = await askMany(tool, many, inside);
    const differs = (index: number): boolean =>
      isOther(answers[index], observations[index]?.answer);
    if (declared.some((_one, index) => differs(index) || answers[index] === undefined)) return [];
    const at = observations.findIndex((_one, index) => index >= declared.length && differs(index));
    const differing = observations[at];
    if (differing === undefined || (await testsNotice(tool, one, inside))) return [];
    return [heldFor(tool, one, { ...differing, wider: answers[at]?.value })];
  });
  return [...new Map(found.flat().map((one) => [one.text, one])).values()];
}

/** Whether both are answers, and not the same: what a wider program fails at may be what the bound is for. */
function isOther(wider: ManyAnswer, answer: ManyAnswer): boolean {
  if (wider === undefined || answer === undefined) return false;
  if (wider.failure !== undefined || answer.failure !== undefined) {
    return answer.failure !== undefined && wider.failure === undefined;
  }
  return !sameJson(wider.value, answer.value);
}

function heldFor(
  { folder }: ToolUnderTest,
  { file, line, text }: ModuleRelaxed,
  { input, answer, wider }: Observation & { readonly wider: unknown },
): HeldText {
  const excerpt = JSON.stringify(text.replace(/\s+/g, " ").slice(0, EXCERPT_CHARACTERS));
  return {
    // The line as main would have it.
    text: (folder.files.get(file) ?? "").split("\n")[line - 1]?.trim() ?? text,
    message:
      `${excerpt} keeps something away for ${showJson(input)}, which brings ${showJson(answer?.value ?? null)} and ` +
      `without it ${showJson(wider)}, and no case and no test shows that: a human decides; add a case that shows what ` +
      `is right there (${file}:${line})`,
    input,
  };
}
