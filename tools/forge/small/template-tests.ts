/** The tests of a small model's tool, from its contract and cases: a right program is not refused by a wrong test. */
import type { ToolCase } from "../../contract/cases.ts";
import type { JsonSchema } from "../../contract/spec.ts";
import { visibleCases } from "../draft.ts";
import { kindOf, type SmallContract } from "./fields.ts";

/** Text of test_tool.py: examples, and what holds for every input. */
export function testsFor(small: SmallContract, cases: readonly ToolCase[]): string {
  return `${[...partsFor(cases), propertyTest(small)].join("\n\n\n")}\n`;
}

/** The examples alone. */
export function examplesFor(cases: readonly ToolCase[]): string {
  return `${partsFor(cases).join("\n\n\n")}\n`;
}

function partsFor(cases: readonly ToolCase[]): readonly string[] {
  const visible = visibleCases(cases);
  const results = visible.flatMap((one) =>
    "error" in one ? [] : [`    (${python(one.input)}, ${python(one.output)}),`],
  );
  const failures = visible.flatMap((one) =>
    "error" in one ? [`    (${python(one.input)}, ${python(one.error)}),`] : [],
  );
  return [
    IMPORTS,
    ANSWER,
    // A test with no example counts as skipped.
    ...(results.length === 0 ? [] : [`RESULTS = [\n${results.join("\n")}\n]`, RESULTS_TEST]),
    ...(failures.length === 0 ? [] : [`FAILURES = [\n${failures.join("\n")}\n]`, FAILURES_TEST]),
  ];
}

const IMPORTS = `import pytest
from hypothesis import given, strategies as st

from tool import run`;

// What a program changes in its arguments must not reach the next call.
const ANSWER = `def answer(args):
    try:
        return run(args, None)
    except Exception as error:
        return error.code`;

const RESULTS_TEST = `@pytest.mark.parametrize("args, result", RESULTS)
def test_gives_the_result_of_each_example(args, result):
    assert answer(args) == result`;

const FAILURES_TEST = `@pytest.mark.parametrize("args, code", FAILURES)
def test_fails_as_each_example_says(args, code):
    assert answer(args) == code`;

function propertyTest({ contract, input, output }: SmallContract): string {
  const { properties } = contract.input;
  const schemas = { ...(properties as Readonly<Record<string, JsonSchema>>) };
  const names = input.map(({ name }) => name);
  const strategies = names.map((name) => `${name}=${strategyOf(schemas[name] ?? {})}`);
  const args = names.map((name) => `"${name}": ${name}`).join(", ");
  const codes = contract.failures.map(({ code }) => python(code)).join(", ");
  const checks = output.map(({ name, type }) => {
    const check = kindOf(type).check.replaceAll("value", `result["${name}"]`);
    return `        assert ${check}`;
  });
  return [
    `@given(${strategies.join(", ")})`,
    `def test_gives_the_same_again_and_what_the_contract_promises(${names.join(", ")}):`,
    `    result = answer({${args}})`,
    `    assert result == answer({${args}})`,
    "    if isinstance(result, str):",
    `        assert result in [${codes}]`,
    "    else:",
    ...checks,
  ].join("\n");
}

function strategyOf(schema: JsonSchema): string {
  const { type, minimum, maximum, minLength = 0, minItems = 0, items } = schema;
  switch (type) {
    case "integer":
      return `st.integers(${minimum}, ${maximum})`;
    case "number":
      return `st.floats(${minimum}, ${maximum})`;
    case "boolean":
      return "st.booleans()";
    case "array":
      return `st.lists(${strategyOf({ ...(items as JsonSchema) })}, min_size=${minItems}, max_size=10)`;
    case "object":
      return "st.dictionaries(st.text(max_size=10), st.integers(-1000, 1000), max_size=5)";
    default:
      return `st.text(min_size=${minLength}, max_size=30)`;
  }
}

/** A value of JSON as Python writes it, in plain characters: others could hide something from a reader. */
export function python(value: unknown): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, one]) => `${python(key)}: ${python(one)}`);
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value).replace(/[^\x20-\x7e]/gu, escaped);
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}
