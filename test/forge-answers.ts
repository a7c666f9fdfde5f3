/** What a model might say while it forges the tool `median`; written by hand. */

const fenced = (label: string, text: string): string => `\`\`\`${label}\n${text}\`\`\``;

export const GOAL = "the median of a list of numbers";

const SPEC = {
  name: "median",
  description:
    "Gives the median of a list of numbers: the middle one in order of size, or the mean of the two middle ones.",
  language: "ts",
  input: {
    type: "object",
    properties: {
      numbers: {
        type: "array",
        items: { type: "number", minimum: -1_000_000, maximum: 1_000_000 },
        maxItems: 1000,
        description: "in any order; duplicates count",
      },
    },
    required: ["numbers"],
    additionalProperties: false,
  },
  output: {
    type: "object",
    properties: { median: { type: "number" } },
    required: ["median"],
    additionalProperties: false,
  },
  failures: [{ code: "EMPTY", when: "the list holds no number" }],
  deterministic: true,
  capabilities: [],
  properties: ["The order of the numbers does not count."],
  asks: ["what is the median of these numbers", "the middle value of a list", "median"],
};

const input = (...numbers: readonly number[]) => ({ numbers });

/** The third, sixth, ninth … are not shown to who writes the program. */
const CASES = [
  { input: input(3, 1, 2), output: { median: 2 } },
  { input: input(4, 1, 3, 2), output: { median: 2.5 } },
  { input: input(10, 9, 8), output: { median: 9 } },
  { input: input(7), output: { median: 7 } },
  { input: input(2, 4), output: { median: 3 } },
  { input: input(-5, -10, 0), output: { median: -5 } },
  { input: input(1, 1, 1, 9), output: { median: 1 } },
  { input: input(), error: "EMPTY" },
  { input: input(100, 20, 3, 50), output: { median: 35 } },
  { input: input(0.5, 0.25, 4), output: { median: 0.5 } },
  { input: input(11, 2, 33, 4, 5), output: { median: 5 } },
];

const TESTS = `import { expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "./tool.ts";

const ctx = {};
const lists = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });

test("gives the middle one", async () => {
  expect(await run({ numbers: [30, 1, 200] }, ctx)).toEqual({ median: 30 });
});

test("gives the mean of the two in the middle", async () => {
  expect(await run({ numbers: [1, 2, 3, 40] }, ctx)).toEqual({ median: 2.5 });
});

test("refuses an empty list", async () => {
  await expect(run({ numbers: [] }, ctx)).rejects.toMatchObject({ code: "EMPTY" });
});

test("the order does not count", async () => {
  await fc.assert(
    fc.asyncProperty(lists, async (numbers) => {
      expect(await run({ numbers: numbers.toReversed() }, ctx)).toEqual(await run({ numbers }, ctx));
    }),
  );
});

test("lies between the smallest and the largest", async () => {
  await fc.assert(
    fc.asyncProperty(lists, async (numbers) => {
      const { median } = await run({ numbers }, ctx);
      expect(median).toBeGreaterThanOrEqual(Math.min(...numbers));
      expect(median).toBeLessThanOrEqual(Math.max(...numbers));
    }),
  );
});

test("takes the longest list", async () => {
  expect(await run({ numbers: Array(1000).fill(3) }, ctx)).toEqual({ median: 3 });
});
`;

const program = (order: string): string => `import { z } from "zod";

export const input = z.strictObject({
  numbers: z.array(z.number().min(-1_000_000).max(1_000_000)).max(1000),
});

export async function run(args: z.infer<typeof input>, _ctx: object) {
  if (args.numbers.length === 0) {
    throw Object.assign(new Error("There are no numbers"), { code: "EMPTY" });
  }
  const sorted = args.numbers.toSorted(${order});
  const middle = sorted.length / 2;
  const [low = 0, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return { median: (low + high) / 2 };
}
`;

const PYTHON_TESTS = `import pytest
from hypothesis import given, strategies as st

from tool import run


def test_gives_the_middle_one():
    assert run({"numbers": [30, 1, 200]}, None) == {"median": 30}


def test_refuses_an_empty_list():
    with pytest.raises(Exception) as caught:
        run({"numbers": []}, None)
    assert caught.value.code == "EMPTY"


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30))
def test_the_order_does_not_count(numbers):
    assert run({"numbers": numbers[::-1]}, None) == run({"numbers": numbers}, None)


def test_takes_the_longest_list():
    assert run({"numbers": [3] * 1000}, None) == {"median": 3}
`;

const PYTHON_PROGRAM = `class Failure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def run(args, ctx):
    numbers = sorted(args["numbers"])
    if not numbers:
        raise Failure("EMPTY", "There are no numbers")
    middle = len(numbers) // 2
    return {"median": (numbers[middle] + numbers[-middle - 1]) / 2}
`;

const json = (value: unknown): string => fenced("json", `${JSON.stringify(value, null, 2)}\n`);

/** Answers by what is asked for. */
export const MEDIAN: Readonly<
  Record<
    "spec" | "cases" | "tests" | "code" | "wrongCode" | "pythonSpec" | "pythonTests" | "pythonCode",
    string
  >
> = {
  spec: json(SPEC),
  cases: json({ cases: CASES }),
  tests: fenced("ts", TESTS),
  code: fenced("ts", program("(a, b) => a - b")),
  /** Sorts numbers as texts: 10 comes before 9. */
  wrongCode: fenced("ts", program("")),
  pythonSpec: json({ ...SPEC, language: "python" }),
  pythonTests: fenced("python", PYTHON_TESTS),
  pythonCode: fenced("python", PYTHON_PROGRAM),
};

/** The answers of a run in which everything is right at once, in the order in which they are asked for. */
export const RIGHT_AT_ONCE: readonly string[] = [
  MEDIAN.spec,
  MEDIAN.cases,
  MEDIAN.tests,
  MEDIAN.code,
];

/** The same for Python. */
export const PYTHON: readonly string[] = [
  MEDIAN.pythonSpec,
  MEDIAN.cases,
  MEDIAN.pythonTests,
  MEDIAN.pythonCode,
];
