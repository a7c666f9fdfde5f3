/** What holds where the scan knows nothing, tests that notice nothing, and strange tools that are right. */
import { describe, expect, test } from "bun:test";
import { openTool } from "#fitness/oracle/tool-under-test.ts";
import { partsOf } from "#fitness/quality/program-parts.ts";
import { checkTestQuality } from "#fitness/quality/test-quality.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import { sampled } from "./sample.ts";
import * as odd from "./tools/odd-tools.ts";
import { type Recipe, toolOf } from "./tools/recipe.ts";
import { type RefusedTool, refusalIn } from "./tools/refusal.ts";
import * as program from "./tools/wrong-programs.ts";
import * as tests from "./tools/wrong-tests.ts";

const signal = new AbortController().signal;
const validate = createValidator();
// As if the scan knew nothing: what it finds today, a program may hide from it tomorrow.
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

const UNSCANNED: readonly RefusedTool[] = [
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
  ["throws dice", program.DICE, ["oracle", /asked again with another seed/]],
  ["exits, in Python", program.PYTHON_EXIT, ["load", /"os"/]],
];

test.each(UNSCANNED)(
  "without the scan, refuses a tool that %s",
  async (_name, recipe, [stage, says]) => {
    const [refusedBy, told] = refusalIn(await validateUnscanned(toolOf(recipe), { signal }));
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

// A whole verdict for each, 4.7 s of processor time: an ordinary run gives some of each language one.
const ODD = sampled("strange tools that are right", Object.entries<Recipe>(odd), {
  percent: 34,
  classOf: ([, { spec }]) => String(spec?.["language"] ?? "ts"),
});

describe("lets pass what is strange and right", () => {
  test.each(ODD)("%s", async (_name, recipe) => {
    const report = await validate(toolOf(recipe), { signal });
    expect(report.stages.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.tests?.coverage).toBeGreaterThanOrEqual(0.8);
    expect(report.tests?.mutationScore).toBeGreaterThanOrEqual(0.6);
  });
});
