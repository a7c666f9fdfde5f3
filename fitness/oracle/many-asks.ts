/** Hundreds of inputs that were not declared, in one process; what looks wrong there is asked again by itself. */
import { INVALID_INPUT } from "#tools/contract/spec.ts";
import { type Ask, STANDARD } from "./ask.ts";
import { fitting } from "./schema.ts";
import { givesOrders } from "./takeover.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";
import { unforeseenInputs } from "./unforeseen-inputs.ts";

/** How many are asked in one process. */
const INPUT_COUNT = 400;
/** As many of them are asked again, each in a process of its own; and as many of those that ended a process. */
const MOST_AGAIN = 6;

/** What one input brought; `undefined` where it ended its process, or no process came so far. */
export type QuickAnswer =
  | {
      readonly value?: unknown;
      readonly failure?: { readonly code: string; readonly message: string };
    }
  | undefined;

/** Asks all inputs in one process, in their order; behind one that ends it, in a further one. */
export type AskMany = (
  inputs: readonly unknown[],
  options?: {
    /** Whether the answers to some will do, where all would take long. @default false */
    readonly mayBeCutShort: boolean;
  },
) => Promise<readonly QuickAnswer[]>;

/** Inputs, and what a process answered to each of them. */
export interface AnsweredInputs {
  readonly inputs: readonly unknown[];
  readonly answers: readonly QuickAnswer[];
}

interface ManyContext {
  readonly askMany: AskMany;
  readonly seed: number;
  /** Receives every result, and the message of every failure that is the tool's own. */
  readonly onAnswer?: OnAnswer | undefined;
}

/** Reads what a tool answered to an input. */
export type OnAnswer = (input: unknown, output: unknown) => void;

/** Asks a tool inputs from the whole range of its schema. */
export async function askTheRange(
  tool: ToolUnderTest,
  { askMany, seed, onAnswer }: ManyContext,
): Promise<AnsweredInputs> {
  const inputs = unforeseenInputs(tool, { count: INPUT_COUNT, seed });
  const answers = await askMany(inputs);
  for (const [index, answer] of answers.entries()) {
    if (answer === undefined || answer.failure?.code === INVALID_INPUT) continue;
    onAnswer?.(inputs[index], answer.failure?.message ?? answer.value);
  }
  return { inputs, answers };
}

/** What looks wrong in one process: the first of them as calls to make, and how many more there are. */
export interface Suspicious {
  readonly asks: readonly Ask[];
  readonly remaining: number;
}

export function suspiciousAsks(
  tool: ToolUnderTest,
  { inputs, answers }: AnsweredInputs,
): Suspicious {
  const fits = fitting(tool.contract.output);
  const codes = [INVALID_INPUT, ...tool.contract.failures.map(({ code }) => code)];
  const isOrderly = ({ value, failure }: NonNullable<QuickAnswer>): boolean =>
    failure === undefined
      ? fits(value)
      : codes.some((code) => failure.code === code || failure.message.startsWith(`${code}:`));
  const odd = inputs.filter((input, index) => {
    const answer = answers[index];
    if (answer === undefined) return false;
    return !isOrderly(answer) || givesOrders(input, answer.failure?.message ?? answer.value);
  });
  // Slow ones may end a process and be right: they take no place from those that look wrong.
  const ended = inputs.filter((_input, index) => answers[index] === undefined);
  const again = [...odd.slice(0, MOST_AGAIN), ...ended.slice(0, MOST_AGAIN)];
  const asks = again.map(
    (input): Ask => ({
      what: "an input from the range of the schema",
      input,
      expected: { kind: "orderly" },
      circumstances: STANDARD,
    }),
  );
  return { asks, remaining: odd.length + ended.length - asks.length };
}
