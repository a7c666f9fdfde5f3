/**
 * Memory that mixes up what differs. Whether one call may change what another one gets is up to the tool; that it does for
 * some names and not for others, although all of them differ, is a key that stands for more than one of them.
 */
import { STANDARD } from "./ask.ts";
import { sameJson, showJson } from "./compare.ts";
import { openEnvironment } from "./grants.ts";
import { leavesOf, withValues } from "./near-inputs.ts";
import { type EnvironmentContext, orderly, type Play, type SceneAnswer } from "./play.ts";
import { fitting } from "./schema.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** Alike in their first letters, their length, their letters or their end; the last ones in nothing. */
const NAMES = [
  "listen",
  "silent",
  "listens",
  "lisa",
  "enlist",
  "listening",
  "listeners",
  "quartz",
  "bump",
  "wax",
  "fjord",
  "hyphenation",
  "hyphenations",
  "o",
  "krypton",
  "dumbwaiter",
];
const FEWEST = 6;
/** Where more of the pairs meet than this, they are meant to. */
const MOST_MEET = 0.3;

/** Two inputs that differ in one name, and whether a call with the first changes what the second one gets. */
interface Pair {
  readonly one: unknown;
  readonly other: unknown;
}

/** @returns one line for a pair that meets and should not. */
export async function sharedKeys(
  tool: ToolUnderTest,
  context: EnvironmentContext,
): Promise<readonly string[]> {
  const pairs = pairsOf(tool);
  if (context.perform === undefined || pairs.length === 0) return [];
  const answers = await context.perform(playOf(pairs));
  const isOrderly = orderly(tool);
  const meeting = pairs.filter((_pair, index) => {
    const [alone, between] = [answers[index * 5 + 1], answers[index * 5 + 4]];
    if (!(isOrderly(alone) && isOrderly(between))) return false;
    return !sameAnswer(alone, between);
  });
  const [first] = meeting;
  if (first === undefined || meeting.length > pairs.length * MOST_MEET) return [];
  return (await meets(first, context))
    ? [
        `a call with ${showJson(first.one)} changes what ${showJson(first.other)} gets, and calls with ${pairs.length - meeting.length} other names do not · expected names that differ to be kept apart · got one key of the memory for both`,
      ]
    : [];
}

function pairsOf(tool: ToolUnderTest): readonly Pair[] {
  const fits = fitting(tool.contract.input);
  const origin = tool.cases.find((toolCase) => !("error" in toolCase));
  if (origin === undefined) return [];
  const path = leavesOf(origin.input).find(({ value }) => isName(value))?.path;
  if (path === undefined) return [];
  const inputs = withValues([origin], NAMES)
    .map(({ input }) => input)
    .filter((input) => fits(input) && isAt(origin.input, input, path));
  if (inputs.length < FEWEST) return [];
  return inputs.flatMap((one) =>
    inputs.filter((other) => other !== one).map((other) => ({ one, other })),
  );
}

/** A word that is neither a date nor a number nor an address. */
function isName(value: unknown): boolean {
  return typeof value === "string" && /^[\p{L}\p{M}\s,.'!?-]+$/u.test(value);
}

/** Whether an input differs from another one at this path alone. */
function isAt(origin: unknown, input: unknown, path: readonly (string | number)[]): boolean {
  const [before, after] = [leavesOf(origin), leavesOf(input)];
  return after.every(
    ({ path: at, value }, index) => sameJson(at, path) || sameJson(before[index]?.value, value),
  );
}

/** The other twice, and the other, the one, the other. */
function playOf(pairs: readonly Pair[]): Play {
  const scenes = pairs.flatMap(({ one, other }, index) => [
    ...[other, other].map((input) => ({ input, environment: index * 2 })),
    ...[other, one, other].map((input) => ({ input, environment: index * 2 + 1 })),
  ]);
  return { scenes, environments: pairs.flatMap(() => [{}, {}]) };
}

function sameAnswer(a: SceneAnswer, b: SceneAnswer): boolean {
  return sameJson(
    [a?.value ?? null, a?.failure?.code ?? null],
    [b?.value ?? null, b?.failure?.code ?? null],
  );
}

/** The same in calls of their own. */
async function meets({ one, other }: Pair, { askerIn }: EnvironmentContext): Promise<boolean> {
  const last = async (inputs: readonly unknown[]): Promise<unknown> => {
    const ask = askerIn(openEnvironment().grants);
    let lastResult: unknown;
    for (const input of inputs) {
      const outcome = await ask(input, STANDARD);
      lastResult = outcome.kind === "result" ? outcome.value : outcome.kind;
    }
    return lastResult;
  };
  return !sameJson(await last([other, other]), await last([other, one, other]));
}
