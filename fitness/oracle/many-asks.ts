/** Hundreds of inputs that were not declared, in one process; what looks wrong there is asked again by itself. */
import { INVALID_INPUT } from "#tools/contract/spec.ts";
import { type Ask, STANDARD } from "./ask.ts";
import type { JudgedTool } from "./judged-tool.ts";
import { fitting } from "./schema.ts";
import { givesOrders } from "./takeover.ts";
import { unforeseenInputs } from "./unforeseen-inputs.ts";

/** How many are asked in one process. */
const ASKED = 400;
/** As many of them are asked again, each in a process of its own. */
const MOST_AGAIN = 6;

/** What one input brought; `undefined` when the process ended before it. */
export type QuickAnswer =
  | {
      readonly value?: unknown;
      readonly failure?: { readonly code: string; readonly message: string };
    }
  | undefined;

/** Asks all inputs in one process, in their order. */
export type AskMany = (inputs: readonly unknown[]) => Promise<readonly QuickAnswer[]>;

interface ManyContext {
  readonly askMany: AskMany;
  readonly seed: number;
  /** Told every result, and the message of every failure that is the tool's own. */
  readonly onAnswer?: OnAnswer | undefined;
}

/** Reads what a tool said to an input. */
export type OnAnswer = (input: unknown, said: unknown) => void;

/** @returns the inputs that look wrong, as calls to make. */
export async function suspiciousAsks(
  tool: JudgedTool,
  { askMany, seed, onAnswer }: ManyContext,
): Promise<readonly Ask[]> {
  const inputs = unforeseenInputs(tool, { count: ASKED, seed });
  const answers = await askMany(inputs);
  const fits = fitting(tool.contract.output);
  const codes = [INVALID_INPUT, ...tool.contract.failures.map(({ code }) => code)];
  const isOrderly = ({ value, failure }: NonNullable<QuickAnswer>): boolean =>
    failure === undefined
      ? fits(value)
      : codes.some((code) => failure.code === code || failure.message.startsWith(`${code}:`));
  for (const [index, answer] of answers.entries()) {
    if (answer === undefined || answer.failure?.code === INVALID_INPUT) continue;
    onAnswer?.(inputs[index], answer.failure?.message ?? answer.value);
  }
  const ended = answers.indexOf(undefined);
  const odd = inputs.filter((input, index) => {
    const answer = answers[index];
    // Behind the one that ended the process nothing was asked any more.
    if (answer === undefined) return index === ended;
    return !isOrderly(answer) || givesOrders(input, answer.failure?.message ?? answer.value);
  });
  return odd.slice(0, MOST_AGAIN).map((input) => ({
    what: "an input from the range of the schema",
    input,
    expected: { kind: "orderly" },
    circumstances: STANDARD,
  }));
}
