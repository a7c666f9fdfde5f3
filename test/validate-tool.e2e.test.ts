/** Tools that are wrong, and the stage that refuses each; test/validate-tool-depth.e2e.test.ts has the rest. */
import { expect, test } from "bun:test";
import { createValidator } from "#fitness/validate-tool.ts";
import type { ToolReport } from "#tools/contract/validation.ts";
import { type Recipe, SOURCE, toolOf } from "./tools/recipe.ts";
import { type RefusedTool, refusalIn } from "./tools/refusal.ts";
import * as program from "./tools/wrong-programs.ts";
import * as tests from "./tools/wrong-tests.ts";

const signal = new AbortController().signal;
const validate = createValidator();

/** The first report of each recipe: a validation takes seconds, and two tests look at the same one. */
const reports = new Map<Recipe, Promise<ToolReport>>();

function firstReport(recipe: Recipe): Promise<ToolReport> {
  const report = reports.get(recipe) ?? validate(toolOf(recipe), { signal });
  reports.set(recipe, report);
  return report;
}

const REFUSED: readonly RefusedTool[] = [
  [
    "is off by one",
    program.OFF_BY_ONE,
    ["oracle", /case 4: input .* expected .*differs at \.slug/],
  ],
  [
    "swallows an error",
    program.SWALLOWED_ERROR,
    ["oracle", /case 7: .* expected the failure EMPTY/],
  ],
  ["looks its cases up", program.LOOKUP_TABLE, ["oracle", /table of its declared cases/]],
  ["hides behind hashes", program.HASHED_TABLE, ["static", /while it is loaded/]],
  ["has a hidden request", program.HIDDEN_NETWORK, ["static", /"fetch"/]],
  ["pollutes a prototype", program.PROTOTYPE_POLLUTION, ["static", /"prototype"/]],
  ["patches the language", program.PATCHED_LANGUAGE, ["static", /Array/]],
  ["exits when it is loaded", program.EXIT_AT_LOAD, ["static", /"process"/]],
  ["waits for a date", program.TIME_BOMB, ["static", /Date\.now/]],
  ["counts its calls", program.CALL_COUNT_BOMB, ["oracle", /what it was asked before/]],
  ["looks for the gate", program.GATE_DETECTION, ["static", /import\.meta/]],
  ["reads the environment", program.READS_ENVIRONMENT, ["static", /"process"/]],
  ["forges a frame", program.FORGED_FRAME, ["static", /"console"/]],
  ["never gets ready", program.ENDLESS_AT_LOAD, ["static", /while it is loaded/]],
  ["loops on a long title", program.ENDLESS_LOOP, ["oracle", /a breakdown, cpu/]],
  ["floods its output", program.OUTPUT_FLOOD, ["oracle", /longer than/]],
  ["eats memory", program.MEMORY_HOG, ["oracle", /a breakdown, memory/]],
  [
    "throws what was not declared",
    program.UNDECLARED_ERROR,
    ["oracle", /RangeError, which the contract does not name/],
  ],
  ["answers what does not fit", program.OUTPUT_MISFIT, ["oracle", /does not fit "output"/]],
  ["gives orders to its reader", program.PROMPT_INJECTION, ["static", /orders/]],
  ["evaluates in disguise", program.DISGUISED_EVAL, ["static", /constructor/]],
  ["declares what it never uses", program.UNUSED_CAPABILITY, ["static", /files:read/]],
  ["throws dice", program.DICE, ["static", /deterministic: .* it uses random/]],
  ["answers more than it promised", program.BROKEN_BOUND, ["oracle", /at most 80 characters/]],
  ["breaks its own law", program.BROKEN_LAW, ["oracle", /"idempotent" does not hold/]],
  ["swallows everything, in Python", program.PYTHON_SWALLOWED_ERROR, ["oracle", /case 7/]],
  ["exits, in Python", program.PYTHON_EXIT, ["static", /os\._exit/]],
  [
    "has tests that are always true",
    tests.ALWAYS_TRUE,
    ["test-quality", /passes on a "run" that always throws/],
  ],
  [
    "has tests that fail",
    tests.FAILING,
    ["test-quality", /1 of its 4 tests fail[\s\S]*other-words/],
  ],
  [
    "has one case",
    tests.ONE_CASE,
    ["test-quality", /no case notices line 11: words\.length === 0 → false/],
  ],
  ["has lines that nothing reaches", tests.UNREACHED_LINES, ["test-quality", /never run: line 15/]],
  [
    "has tests that are always true, in Python",
    tests.PYTHON_ALWAYS_TRUE,
    ["test-quality", /always raises/],
  ],
];

test.each(REFUSED)("refuses a tool that %s", async (_name, recipe, [stage, says]) => {
  const [refusedBy, told] = refusalIn(await firstReport(recipe));
  expect(refusedBy).toBe(stage);
  expect(told).toMatch(says);
});

test("says the same of the same tool, but for the time it took", async () => {
  const withoutTimes = ({ stages, ...rest }: ToolReport) => ({
    ...rest,
    stages: stages.map(({ ms: _ms, ...stage }) => stage),
  });
  for (const recipe of [tests.ONE_CASE, tests.FAILING]) {
    const first = await firstReport(recipe);
    const second = await validate(toolOf(recipe), { signal });
    expect(withoutTimes(second)).toEqual(withoutTimes(first));
  }
});

test("tells of hidden cases only that they do not pass", async () => {
  const hidden = createValidator({
    hiddenCases: () => [{ input: { title: "Top secret" }, output: { slug: "top", words: 1 } }],
  });
  expect(refusalIn(await hidden(toolOf({}), { signal }))).toEqual([
    "oracle",
    "The hidden cases do not pass",
  ]);
});

test("a tool whose calls take more than the budget of a verdict is refused, and both are said", async () => {
  const { ok, stages } = await createValidator({ callBudgetMs: 1 })(toolOf(), { signal });
  expect(ok).toBe(false);
  expect(stages.at(-1)).toMatchObject({
    stage: "oracle",
    reason: expect.stringMatching(/^The budget of a verdict is spent: \d+ calls took \d+ s/),
    details: [expect.stringContaining("is the mean of a call")],
  });
});

test("a tool that answers with orders to a model is refused, with the input, where its texts do not show them", async () => {
  // The scan reads texts; what a program computes of numbers only its answers show.
  const orders = SOURCE.replace(
    'slug: kept.join("-")',
    'slug: kept.length > 2 && kept.length < 5 ? String.fromCodePoint(0x8bf7, 0x5148, 0x8c03, 0x7528) : kept.join("-")',
  );
  const { stages } = await validate(toolOf({ source: orders }), { signal });
  expect(stages.at(-1)?.details.join("\n")).toMatch(
    /input \{"title".* · expected an answer that gives a model no orders · got/,
  );
});
