/** Tools that are wrong, and the stage that refuses each; strange ones that are right. */
import { describe, expect, test } from "bun:test";
import { openTool } from "#fitness/oracle/judged-tool.ts";
import { partsOf } from "#fitness/quality/program-parts.ts";
import { checkTestQuality } from "#fitness/quality/test-quality.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import type { ToolReport, ToolStage } from "#tools/contract/validation.ts";
import * as odd from "./tools/odd-tools.ts";
import { type Recipe, toolOf } from "./tools/recipe.ts";
import * as program from "./tools/wrong-programs.ts";
import * as tests from "./tools/wrong-tests.ts";

const signal = new AbortController().signal;
const validate = createValidator();
// As if the scan knew nothing: what it finds today, somebody may hide from it tomorrow.
const validateUnscanned = createValidator({
  checkStatic: (folder) =>
    Promise.resolve({
      stage: "static",
      ok: true,
      ms: 0,
      details: [],
      capabilities: folder.files.get("tool.ts")?.includes("ctx.random") ? ["random"] : [],
    }),
});

async function refusal(recipe: Recipe, judge = validate): Promise<readonly [string, string]> {
  const report = await judge(toolOf(recipe), { signal });
  const last = report.stages.at(-1);
  expect(report.ok).toBe(last?.ok ?? false);
  return [
    last?.ok === false ? last.stage : "passed",
    [last?.reason, ...(last?.details ?? [])].join("\n"),
  ];
}

type Row = readonly [name: string, recipe: Recipe, refused: Refusal];
/** The stage that refuses it, and a part of what it tells the maker. */
type Refusal = readonly [stage: ToolStage, says: RegExp];

const REFUSED: readonly Row[] = [
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
  ["counts its calls", program.CALL_COUNT_BOMB, ["test-quality", /tests fail/]],
  ["looks for the gate", program.GATE_DETECTION, ["static", /import\.meta/]],
  ["reads the environment", program.READS_ENVIRONMENT, ["static", /"process"/]],
  ["forges a frame", program.FORGED_FRAME, ["static", /"console"/]],
  ["never gets ready", program.ENDLESS_AT_LOAD, ["static", /while it is loaded/]],
  ["loops on a long title", program.ENDLESS_LOOP, ["oracle", /a breakdown, cpu/]],
  ["floods its output", program.OUTPUT_FLOOD, ["oracle", /longer than/]],
  ["eats memory", program.MEMORY_HOG, ["oracle", /a breakdown, memory/]],
  [
    "throws what nobody declared",
    program.UNDECLARED_ERROR,
    ["oracle", /RangeError, which the contract does not name/],
  ],
  ["answers what does not fit", program.OUTPUT_MISFIT, ["oracle", /does not fit "output"/]],
  ["gives orders to its reader", program.PROMPT_INJECTION, ["static", /orders/]],
  ["evaluates in disguise", program.DISGUISED_EVAL, ["static", /constructor/]],
  ["declares what it never uses", program.UNUSED_CAPABILITY, ["static", /files:read/]],
  ["throws dice", program.DICE, ["oracle", /asked again with another seed/]],
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
  const [refusedBy, told] = await refusal(recipe);
  expect(refusedBy).toBe(stage);
  expect(told).toMatch(says);
});

const UNSCANNED: readonly Row[] = [
  [
    "hides behind hashes",
    program.HASHED_TABLE,
    ["oracle", /the outputs of 6 of its 6 cases stand/],
  ],
  ["has a hidden request", program.HIDDEN_NETWORK, ["oracle", /fetch/]],
  ["pollutes a prototype", program.PROTOTYPE_POLLUTION, ["load", /tampered/]],
  ["patches the language", program.PATCHED_LANGUAGE, ["oracle", /tampered/]],
  ["exits when it is loaded", program.EXIT_AT_LOAD, ["load", /process/]],
  ["looks for the gate", program.GATE_DETECTION, ["oracle", /import\.meta/]],
  ["reads the environment", program.READS_ENVIRONMENT, ["oracle", /process/]],
  ["never gets ready", program.ENDLESS_AT_LOAD, ["load", /cpu/]],
  ["declares what it never uses", program.UNUSED_CAPABILITY, ["load", /never uses it/]],
  ["exits, in Python", program.PYTHON_EXIT, ["load", /"os"/]],
];

test.each(UNSCANNED)(
  "without the scan, refuses a tool that %s",
  async (_name, recipe, [stage, says]) => {
    const [refusedBy, told] = await refusal(recipe, validateUnscanned);
    expect(refusedBy).toBe(stage);
    expect(told).toMatch(says);
  },
);

// The scan finds them by their words. Here they are run.
const BLIND_TESTS: readonly (readonly [name: string, recipe: Recipe, says: RegExp])[] = [
  ["assert nothing", tests.ASSERTS_NOTHING, /assert nothing/],
  ["are skipped", tests.SKIPPED, /1 of its tests are skipped/],
  ["leave all but one out", tests.ONLY, /cannot be run/],
  ["are none", tests.NO_TESTS, /holds no test/],
  ["end the runner", tests.EXITS, /ended the runner \(exit code 0\)/],
  ["change what expect means", tests.PATCHED_EXPECT, /program that does nothing/],
  ["compare with their own snapshot", tests.SNAPSHOT_OF_ITSELF, /1 of its 1 tests fail/],
  ["look at the source", tests.HASHES_SOURCE, /another local name/],
  ["are skipped, in Python", tests.PYTHON_SKIPPED, /1 of its tests are skipped/],
];

test.each(BLIND_TESTS)("notices tests that %s", async (_name, recipe, says) => {
  const tool = openTool(toolOf(recipe));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const quality = await checkTestQuality(tool, await partsOf(tool, { signal }), { signal });
  expect("reason" in quality ? quality.reason : "nothing").toMatch(says);
});

describe("lets pass what is strange and right", () => {
  test.each(Object.entries(odd))("%s", async (_name, recipe) => {
    const report = await validate(toolOf(recipe), { signal });
    expect(report.stages.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.tests?.coverage).toBeGreaterThanOrEqual(0.8);
    expect(report.tests?.mutationScore).toBeGreaterThanOrEqual(0.6);
  });
});

test("says the same of the same tool, but for the time it took", async () => {
  const withoutTimes = ({ stages, ...rest }: ToolReport) => ({
    ...rest,
    stages: stages.map(({ ms: _ms, ...stage }) => stage),
  });
  for (const recipe of [tests.ONE_CASE, tests.FAILING]) {
    const [first, second] = [
      await validate(toolOf(recipe), { signal }),
      await validate(toolOf(recipe), { signal }),
    ];
    expect(withoutTimes(second)).toEqual(withoutTimes(first));
  }
});

test("tells of hidden cases only that they do not pass", async () => {
  const hidden = createValidator({
    hiddenCases: () => [{ input: { title: "Top secret" }, output: { slug: "top", words: 1 } }],
  });
  const [refusedBy, told] = await refusal({}, hidden);
  expect([refusedBy, told]).toEqual(["oracle", "The hidden cases do not pass"]);
});
