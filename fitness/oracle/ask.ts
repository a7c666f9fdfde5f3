/** Calls of a tool with what each may answer, made a few at a time. */
import { availableParallelism } from "node:os";
import type { ToolCase } from "#tools/contract/cases.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";

/** What a tool could see of its environment, beyond its arguments. */
export interface Circumstances {
  readonly seed: string;
  /** What its clock says, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** Makes one call, in a process of its own. */
export interface AskTool {
  (input: unknown, circumstances: Circumstances): Promise<CallOutcome>;
  /**
   * Makes several calls in one process, each in a realm of its own; `undefined` for each that has to be made by itself.
   *
   * @default every call has a process
   */
  readonly together?: AskTogether;
}

/** @returns the outcomes in the order of the asks. */
export type AskTogether = (
  asks: readonly Pick<Ask, "input" | "circumstances">[],
) => Promise<readonly (CallOutcome | undefined)[]>;

type Expectation =
  | { readonly kind: "case"; readonly toolCase: ToolCase }
  /** A result that fits the schema, or a failure that the contract names. */
  | { readonly kind: "orderly" }
  /** `INVALID_INPUT`, or a failure that the contract names: the input does not fit. */
  | { readonly kind: "refused" };

export interface Ask {
  /** For the maker of the tool, such as `case 3, asked again with another clock`. */
  readonly what: string;
  readonly input: unknown;
  readonly expected: Expectation;
  readonly circumstances: Circumstances;
}

export interface Answer {
  readonly ask: Ask;
  readonly outcome: CallOutcome;
}

/** Under these the declared cases hold, also those of a tool that was granted a clock or chance. */
export const STANDARD: Circumstances = { seed: "1", nowMs: Date.UTC(2026, 0, 1) };

/** Together two or four endless ones still end soon, and an ordinary tool does not wait for them. */
const BATCH = 8;

/**
 * Makes the calls in order, a batch at a time; behind a batch in which something is wrong, no other follows.
 * What is asked depends on the answers alone, never on how fast they came.
 *
 * A batch is asked together where that can be; what is wrong there is asked again by itself, and only that counts.
 *
 * @returns the answers in the order of the asks.
 */
export async function askAll(
  asks: readonly Ask[],
  ask: AskTool,
  isWrong: (answer: Answer) => boolean,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < asks.length; start += BATCH) {
    const part = asks.slice(start, start + BATCH);
    const outcomes = await ask.together?.(part);
    const batch = await inParallel(part, async (one, index) => {
      const outcome = outcomes?.[index];
      const answer = outcome && { ask: one, outcome };
      if (answer !== undefined && !isWrong(answer)) return answer;
      return { ask: one, outcome: await ask(one.input, one.circumstances) };
    });
    answers.push(...batch);
    if (batch.some(isWrong)) break;
  }
  return answers;
}

/** Runs `work` on every item, as many at a time as the machine has processors; results in the order of items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const remaining = items.entries();
  // The workers share one iterator: each takes the next item as soon as it has finished one.
  const worker = async (): Promise<void> => {
    for (const [index, item] of remaining) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  return results;
}
