import { expect, test } from "bun:test";
import { runs, typescriptTool } from "#test/tool-maker.ts";
import { BudgetedCalls, BudgetSpent } from "./budgeted-calls.ts";
import { STANDARD } from "./oracle/ask.ts";

const { signal } = new AbortController();

function asksOf(...numbers: readonly number[]) {
  return numbers.map((n) => ({ input: { n }, circumstances: STANDARD }));
}

test("behind a call that has to be made by itself none is made with others", async () => {
  const tool = typescriptTool(runs(`return args.n === 2 ? 1n : args.n`));
  const { together } = new BudgetedCalls({ signal, host: undefined }).askerOf(tool);
  const three = { kind: "result", value: 3 } as const;
  expect(await together?.(asksOf(3, 3))).toEqual([three, three]);
  expect(await together?.(asksOf(2, 3))).toEqual([undefined, three]);
  expect(await together?.(asksOf(3, 3))).toEqual([]);
});

test("calls that see one environment are made one by one", () => {
  const calls = new BudgetedCalls({ signal, host: undefined });
  expect(calls.askerOf(typescriptTool(runs(`return 1`)), {}).together).toBeUndefined();
});

test("calls made together spend the budget, and behind its end none is made", async () => {
  const calls = new BudgetedCalls({ signal, host: undefined, budgetMs: 1 });
  const busy = `let sum = 0; for (let n = 0; n < 2e7; n += 1) sum += n; return sum`;
  const ask = calls.askerOf(typescriptTool(runs(busy)));
  let made = 0;
  // Processor time is looked at now and then: a short call may end between two looks.
  const spend = async () => {
    for (; made < 40; made += 2) await ask.together?.(asksOf(1, 2));
  };
  await expect(spend()).rejects.toThrow(BudgetSpent);
  await expect(ask({ n: 1 }, STANDARD)).rejects.toThrow(BudgetSpent);
  expect(made).toBeGreaterThan(0);
  expect(calls.findingWhenSpent.reason).toStartWith(
    `The budget of a verdict is spent: ${made} calls`,
  );
});
