/** Small tools through all stages; test/validate-tool*.e2e.test.ts have the wrong and the strange ones. */
import { expect, test } from "bun:test";
import { createValidator } from "#fitness/validate-tool.ts";
import { type Recipe, toolOf } from "./tools/recipe.ts";

// Many sandboxes, on a machine that may be busy with something else.
const signal = new AbortController().signal;

/** The smallest input there is: hardly anything can be asked. */
const SWITCH: Recipe = {
  spec: {
    name: "switch",
    description: "Turns a switch over.",
    input: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
    output: { type: "boolean" },
    failures: [],
  },
  source: `import { z } from "zod";

export const input = z.object({ on: z.boolean() });

export async function run({ on }: z.infer<typeof input>): Promise<boolean> {
  return !on;
}
`,
  cases: [
    { input: { on: true }, output: false },
    { input: { on: false }, output: true },
  ],
  tests: `import { expect, test } from "bun:test";
import { run } from "./tool.ts";

test("turns it over", async () => {
  expect(await run({ on: true })).toBe(false);
  expect(await run({ on: false })).toBe(true);
});
`,
};

const PYTHON_SWITCH: Recipe = {
  ...SWITCH,
  spec: { ...SWITCH.spec, language: "python" },
  source: 'def run(args, ctx):\n    return not args["on"]\n',
  tests: `from hypothesis import given, strategies as st

from tool import run


@given(st.booleans())
def test_turns_it_over(on):
    assert run({"on": on}, None) is not on


def test_turns_it_off():
    assert run({"on": True}, None) is False
`,
};

test.each([
  ["TypeScript", SWITCH],
  ["Python", PYTHON_SWITCH],
])("passes a tool in %s through all stages, and tells its figures", async (_language, recipe) => {
  const stages: string[] = [];
  const onStage = ({ stage, ok }: { stage: string; ok: boolean }) => stages.push(`${stage} ${ok}`);
  const report = await createValidator()(toolOf(recipe), { signal, onStage });
  expect(stages).toEqual(["static true", "load true", "oracle true", "test-quality true"]);
  expect(report).toMatchObject({ ok: true, capabilities: [] });
  expect(report.tests).toMatchObject({ cases: 2, passed: 2, coverage: 1, mutationScore: 1 });
});

test("ends at the first stage that refuses, and names what was wrong", async () => {
  const cases = [{ input: { on: true }, output: true }];
  const report = await createValidator()(toolOf({ ...SWITCH, cases }), { signal });
  expect(report.ok).toBe(false);
  expect(report.tests).toBeUndefined();
  expect(report.stages.map(({ stage, ok }) => [stage, ok])).toEqual([
    ["static", true],
    ["load", true],
    ["oracle", false],
  ]);
  expect(report.stages.at(-1)?.details).toEqual([
    'case 1: input {"on":true} · expected true · got false',
  ]);
});

test("a validation that is aborted is not a verdict", async () => {
  const validation = createValidator()(toolOf(SWITCH), { signal: AbortSignal.abort() });
  expect(await validation.catch((error: unknown) => Object(error).name)).toBe("AbortError");
});
