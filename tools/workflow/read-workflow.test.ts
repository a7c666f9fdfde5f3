import { expect, test } from "bun:test";
import { readWorkflow } from "./read-workflow.ts";

const said = (text: string) =>
  readWorkflow("w", text).problems.map(({ place, message }) => [place, message].join(": "));

test("reads steps with their defaults", () => {
  const { workflow, problems } = readWorkflow(
    "w",
    "steps:\n  - {id: a, tool: sh, args: {cmd: ls}, if: true}\n",
  );
  expect(problems).toEqual([]);
  expect(workflow).toEqual({
    name: "w",
    description: "",
    inputs: { type: "object" },
    steps: [
      {
        id: "a",
        tool: "sh",
        args: { cmd: "ls" },
        if: "true",
        parallel: 4,
        retry: { attempts: 1, delayMs: 0 },
        allowFailure: false,
      },
    ],
  });
});

test.each([
  ["steps: [{id: a-b, tool: x}]", "steps.a-b.id: an id is lower-case"],
  ["steps: [{id: inputs, tool: x}]", "steps.inputs.id: this name is taken"],
  ["steps: [{id: in, tool: x}]", "steps.in.id: this name is taken"],
  [
    "steps: [{id: a, tool: x, foreech: [1]}]",
    'steps.a: unknown key "foreech"; did you mean foreach?',
  ],
  ["steps: [{id: a, tool: x}]\nfoo: 1", ': unknown key "foo"; there are name'],
  ["steps: [{id: a, tool: x, workflow: y}]", 'steps.a: a step has either "tool" or "workflow"'],
  ["steps: [{id: a}]", 'steps.a: a step has either "tool" or "workflow"'],
  ["steps: [{id: a, tool: x, inputs: {}}]", 'steps.a: "inputs" is for workflows'],
  ["steps: [{id: a, workflow: x, args: {}}]", 'steps.a: "args" is for tools'],
  ["steps: [{id: a, tool: x, parallel: 17}]", "steps.a.parallel: Too big"],
  ["steps: [{id: a, tool: x, retry: {attempts: 11}}]", "steps.a.retry.attempts: Too big"],
  ["steps: [{tool: x}]", "steps.1.id: "],
  ["steps: [3]", "steps.1: "],
  ["steps: []", "steps: Too small"],
  ["", ": Invalid input"],
  ["steps:\n  - id: a\n   tool: [x\n", "near line 3"],
  ["steps: &s [{id: a, tool: x, args: {l: *s}}]", "anchors and aliases"],
  ["a: &x [1]\nb: *x", "anchors and aliases"],
  [`a: &x "${"long ".repeat(20)}"\nb: [${"*x, ".repeat(100)}*x]`, "anchors and aliases"],
  ["steps: [{id: a, tool: x, args: {__proto__: {y: 1}}}]", '"__proto__" is not allowed'],
  [`x: ${"[".repeat(60)}${"]".repeat(60)}`, "nested deeper than 50"],
  [`x: [${"1, ".repeat(11_000)}1]`, "more than 10000 values"],
  [`# ${"x".repeat(65_536)}`, "65536 are allowed"],
])("%# says what is wrong", (text, part) => {
  expect(said(text).join("\n")).toContain(part);
});

test("says everything at once", () => {
  expect(said("steps: [{id: A, tool: x}, {id: b, tool: y, parallel: 0}]\nfoo: 1")).toHaveLength(3);
});
