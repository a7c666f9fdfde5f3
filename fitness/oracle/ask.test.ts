import { expect, test } from "bun:test";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import { type Answer, type Ask, type AskTool, askAll, STANDARD } from "./ask.ts";

function result(value: unknown): CallOutcome {
  return { kind: "result", value };
}

const asks = ["a", "b", "c"].map(
  (input): Ask => ({ what: input, input, expected: { kind: "orderly" }, circumstances: STANDARD }),
);

/** Wrong is what is not a text. */
function isWrong({ outcome }: Answer): boolean {
  return outcome.kind !== "result" || typeof outcome.value !== "string";
}

/** A tool that notes what it is asked by itself, and answers with that. */
function toolWith(together: AskTool["together"]): { ask: AskTool; alone: unknown[] } {
  const alone: unknown[] = [];
  const one = async (input: unknown): Promise<CallOutcome> => {
    alone.push(input);
    return result(`${input} alone`);
  };
  return { alone, ask: together === undefined ? one : Object.assign(one, { together }) };
}

const values = (answers: readonly Answer[]): readonly unknown[] =>
  answers.map(({ outcome }) => (outcome.kind === "result" ? outcome.value : outcome));

test("right answers of one process are answers", async () => {
  const { ask, alone } = toolWith(async (part) => part.map(({ input }) => result(input)));
  expect(values(await askAll(asks, ask, isWrong))).toEqual(["a", "b", "c"]);
  expect(alone).toEqual([]);
});

test("what looks wrong or is missing there is asked again by itself, and only that counts", async () => {
  const { ask, alone } = toolWith(async () => [result(1), undefined, result("c")]);
  expect(values(await askAll(asks, ask, isWrong))).toEqual(["a alone", "b alone", "c"]);
  expect(alone.toSorted()).toEqual(["a", "b"]);
});

test("without a common process each is asked by itself", async () => {
  const { ask, alone } = toolWith(undefined);
  expect(values(await askAll(asks, ask, isWrong))).toEqual(["a alone", "b alone", "c alone"]);
  expect(alone.toSorted()).toEqual(["a", "b", "c"]);
});
