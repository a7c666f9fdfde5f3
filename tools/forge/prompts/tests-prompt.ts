/** Asks for the test file; its author has not seen any code. */
import type { ToolCase } from "../../contract/cases.ts";
import type { Contract } from "../../contract/spec.ts";
import type { PromptMessage } from "../ask.ts";
import { filePrompt, fileRepairPrompt, type RefusedFile } from "./file-prompt.ts";

const TYPESCRIPT = `You write tool.test.ts for a tool, from its contract alone; the program does not exist yet. Answer with one \`\`\`ts block, the whole file, and nothing else.

Rules:
- bun:test and fast-check; imports exactly as in the example. No other import, no files, network, timers, mocks or snapshots.
- 2 to 4 example tests, 1 to 3 property tests with fc.asyncProperty, and one test of abuse: the strangest input that the schema still allows.
- Every failure of the contract is expected once: \`expect(run(args, ctx)).rejects.toMatchObject({ code: "CODE" })\`.
- Arbitraries make only input that fits the schema. A property says what holds for every input: bounds, invariants, order, idempotence. It must not compute the result in the same way as a program would.
- No test without expect, none that is skipped, none that passes whatever the program does.

Example, for "adds the numbers of a list; fails with EMPTY when there are none":
\`\`\`ts
import { expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "./tool.ts";

const ctx = {};

test("adds", async () => {
  expect(await run({ numbers: [1, 2, 3] }, ctx)).toEqual({ sum: 6 });
});

test("refuses an empty list", async () => {
  await expect(run({ numbers: [] }, ctx)).rejects.toMatchObject({ code: "EMPTY" });
});

test("the order does not count", async () => {
  const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(numbers, async (list) => {
      expect(await run({ numbers: list.toReversed() }, ctx)).toEqual(await run({ numbers: list }, ctx));
    }),
  );
});

test("takes the longest list", async () => {
  expect(await run({ numbers: Array(1000).fill(1) }, ctx)).toEqual({ sum: 1000 });
});
\`\`\``;

const PYTHON = `You write test_tool.py for a tool, from its contract alone; the program does not exist yet. Answer with one \`\`\`python block, the whole file, and nothing else.

Rules:
- pytest and hypothesis, plain functions and assert; imports exactly as in the example. Nothing else: no files, network, fixtures or mocks.
- 2 to 4 example tests, 1 to 3 property tests with @given, and one test of abuse: the strangest input that the schema still allows.
- Every failure of the contract is expected once, as in the example.
- Strategies make only input that fits the schema. A property says what holds for every input: bounds, invariants, order, idempotence. It must not compute the result in the same way as a program would.
- No test without assert, none that is skipped, none that passes whatever the program does.

Example, for "adds the numbers of a list; fails with EMPTY when there are none":
\`\`\`python
import pytest
from hypothesis import given, strategies as st

from tool import run


def test_adds():
    assert run({"numbers": [1, 2, 3]}, None) == {"sum": 6}


def test_refuses_an_empty_list():
    with pytest.raises(Exception) as caught:
        run({"numbers": []}, None)
    assert caught.value.code == "EMPTY"


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=20))
def test_the_order_does_not_count(numbers):
    assert run({"numbers": numbers[::-1]}, None) == run({"numbers": numbers}, None)


def test_takes_the_longest_list():
    assert run({"numbers": [1] * 1000}, None) == {"sum": 1000}
\`\`\``;

const SYSTEM: Readonly<Record<Contract["language"], string>> = { ts: TYPESCRIPT, python: PYTHON };

export function testsPrompt(
  contract: Contract,
  cases: readonly ToolCase[],
): readonly PromptMessage[] {
  const rules = SYSTEM[contract.language];
  return filePrompt({ rules, examples: "examples that are right" }, contract, cases);
}

/** Asks to mend the tests by what was wrong with them; the program stays unseen. */
export function testsRepairPrompt(
  prompt: readonly PromptMessage[],
  file: RefusedFile,
): readonly PromptMessage[] {
  return fileRepairPrompt(prompt, file, {
    refused: "These tests were refused.",
    mend: "Check each test against the contract, mend what is wrong",
  });
}
