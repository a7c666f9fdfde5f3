/** Whether a tool answers the same in another process, in another order, and once more: as each call has a process. */

import { type AskTool, STANDARD } from "./ask.ts";
import { sameJson, showJson } from "./compare.ts";
import { sameOutcome, showOutcome } from "./judge-answer.ts";
import type { Finding } from "./load.ts";
import type { AnsweredInputs, AskMany, QuickAnswer } from "./many-asks.ts";
import { renamedInput } from "./near-inputs.ts";
import { Random } from "./random.ts";
import { fitting } from "./schema.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** So many of the shortest are asked a second time in one process: what has been seen may be answered otherwise. */
const ONCE_MORE = 200;
/** Four from each of these sizes on are asked again and again: what counts or goes on where it stopped comes round. */
const SIZES = [0, 60, 80, 120, 160, 200, 400, 800];
const OF_A_SIZE = 4;
const TIMES = 30;
const MAX_LISTED = 3;

/** So many more, each of which begins at another address: Python shows addresses, and TypeScript none. */
const PROCESSES = { python: 5, ts: 0 } as const;

interface TwiceContext {
  readonly askMany: AskMany;
  /** Makes calls in processes of their own. */
  readonly ask: AskTool;
}

/** An input with two answers that should be one. */
interface Difference {
  readonly input: unknown;
  readonly answers: readonly [QuickAnswer, QuickAnswer];
}

/**
 * A few processes are all it takes, for inputs of any number. Tools that see a clock or chance are not asked: their
 * answers may differ here.
 *
 * @param first the answers of a process to all inputs, in their order.
 * @returns why the answers depend on more than the arguments, where they do.
 */
export async function otherInAnotherOrder(
  { contract }: ToolUnderTest,
  first: AnsweredInputs,
  { askMany, ask }: TwiceContext,
): Promise<Finding | undefined> {
  if (contract.capabilities.some((name) => name === "clock" || name === "random")) return;
  const again = otherOrder(first.inputs, fitting(contract.input));
  const answers = await askMany(
    again.map(({ input }) => input),
    { mayBeCutShort: true },
  );
  const pairs = again.flatMap(({ input, at }, index): readonly Difference[] =>
    at === undefined ? [] : [{ input, answers: [first.answers[at], answers[index]] }],
  );
  const differences = pairs.filter(areOther);
  const isMemory = differences.length > 0;
  // In the same order the same comes back of what is only remembered; chance gives something else.
  const elsewhere = await otherInSameOrder(
    first,
    askMany,
    isMemory ? 1 : PROCESSES[contract.language],
  );
  const isChance = elsewhere.length > 0;
  if (!(isMemory || isChance)) return;
  const listed = [...elsewhere, ...differences].slice(0, MAX_LISTED);
  const lines = await Promise.all(listed.map((difference) => lineAbout(difference, ask)));
  return isChance
    ? {
        reason: "Equal arguments must give an equal result, and in another process they do not",
        details: [...lines, BY_PROCESS],
      }
    : {
        reason: "Its answers depend on what it was asked before in the same process",
        // Rare chance may have given the same twice.
        details: [...lines, REMEMBERED, BY_PROCESS],
      };
}

/** @returns what the first of some further processes gives another answer to. */
async function otherInSameOrder(
  { inputs, answers }: AnsweredInputs,
  askMany: AskMany,
  processes: number,
): Promise<readonly Difference[]> {
  for (let count = 0; count < processes; count += 1) {
    const again = await askMany(inputs, { mayBeCutShort: true });
    const differences = inputs
      .map((input, index): Difference => ({ input, answers: [answers[index], again[index]] }))
      .filter(areOther);
    if (differences.length > 0) return differences;
  }
  return [];
}

interface Again {
  readonly input: unknown;
  /** Where it stands in the first order; none of one that only goes before another. */
  readonly at?: number;
}

/** The last one first, each behind one of its lengths and kinds of letters, with which a coarse key mixes it up. */
function otherOrder(
  inputs: readonly unknown[],
  fits: (input: unknown) => boolean,
): readonly Again[] {
  const random = new Random(inputs.length);
  const all = inputs.map((input, at): Again => ({ input, at }));
  // They lie in the order of their sizes.
  const lengths = inputs.map((input) => JSON.stringify(input).length);
  const repeated = SIZES.flatMap((size) => {
    const from = lengths.findIndex((length) => length >= size);
    return from < 0 ? [] : all.slice(from, from + OF_A_SIZE);
  });
  return [
    ...all
      .toReversed()
      .flatMap((one) => [
        ...[renamedInput(one.input, random)].filter(fits).map((input) => ({ input })),
        one,
      ]),
    ...all.slice(0, ONCE_MORE),
    ...repeated.flatMap((one) => Array.from({ length: TIMES }, () => one)),
  ];
}

function areOther({ answers: [one, other] }: Difference): boolean {
  return differ(one, other);
}

/** Whether both are answers, and not the same: texts of failures are for people. */
function differ(one: QuickAnswer, other: QuickAnswer): boolean {
  if (one === undefined || other === undefined) return false;
  return !sameJson([one.value ?? null, codeOf(one)], [other.value ?? null, codeOf(other)]);
}

/** Its first word: a message may begin with the code, and go on as it likes. */
function codeOf({ failure }: NonNullable<QuickAnswer>): string | null {
  return failure === undefined ? null : (/^\w*/.exec(failure.code)?.[0] ?? "");
}

/** What a maker is to look for. */
const REMEMBERED =
  "give every variable that run changes its value inside run: no counter, cache or list at the top of the module, on a class or a function, in a closure or as a default argument; a RegExp with the flag g or y remembers where it stopped";
const BY_PROCESS =
  'look for what differs from process to process: str(), repr() or f"{…}" of an object, a function or a class, which name an address such as 0x7f3a, or the order of a set of objects';

async function lineAbout({ input, answers }: Difference, ask: AskTool): Promise<string> {
  const [one, other] = answers.map(showAnswer);
  const [call, later] = [await ask(input, STANDARD), await ask(input, STANDARD)];
  const alone = sameOutcome(call, later)
    ? `a call of its own gives ${showOutcome(call)}`
    : `calls of their own give ${showOutcome(call)} and ${showOutcome(later)}`;
  return `input ${showJson(input)} gave ${one}, and in another process or order ${other}; ${alone}`;
}

function showAnswer(answer: QuickAnswer): string {
  const failure = answer?.failure;
  return failure === undefined ? showJson(answer?.value) : `the failure ${failure.code}`;
}
