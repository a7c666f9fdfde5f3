import { expect, test } from "bun:test";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import { typescriptLiterals } from "./literals.ts";
import { knowsMore, type NearAnswer, onlyOtherAnswer, tableOfCases } from "./lookup-table.ts";
import { nearInputs, withValues } from "./near-inputs.ts";
import { Random } from "./random.ts";

const CASES = ["alpha", "beta", "gamma", "delta", "omega"].map((word) => ({
  input: { word },
  output: word.toUpperCase(),
}));

function answers(of: (word: string) => CallOutcome): readonly NearAnswer[] {
  const near = nearInputs(CASES, { fits: () => true, count: 16, random: new Random(3) });
  return near.map((one) => ({ near: one, outcome: of(Object(one.input).word) }));
}

const result = (value: unknown): CallOutcome => ({ kind: "result", value });
const unknown: CallOutcome = { kind: "failure", code: "UNKNOWN", message: "", declared: true };

test("a rule gives different answers to different inputs", () => {
  expect(onlyOtherAnswer(answers((word) => result(word.toUpperCase())))).toBeUndefined();
});

test("what gives one answer to all but its cases is suspicious", () => {
  expect(onlyOtherAnswer(answers(() => unknown))).toBe("the failure UNKNOWN");
  expect(onlyOtherAnswer(answers(() => result("")))).toBe('""');
  // Giving back what came in hides nothing.
  expect(onlyOtherAnswer(answers((word) => (word.length > 5 ? result(word) : unknown)))).toBe(
    "the failure UNKNOWN",
  );
});

test("a few answers prove nothing", () => {
  expect(onlyOtherAnswer(answers(() => unknown).slice(0, 5))).toBeUndefined();
});

test("only a source that holds the cases makes it a table", () => {
  const written = CASES.flatMap(({ input, output }) => [input.word, output]);
  expect(tableOfCases(CASES, written, "the failure UNKNOWN")).toContain("with input and output");
  expect(
    tableOfCases(
      CASES,
      CASES.map(({ output }) => output),
      "the failure UNKNOWN",
    ),
  ).toContain("the outputs of 5");
  expect(tableOfCases(CASES, ["something"], "the failure UNKNOWN")).toBeUndefined();
});

test("five answers for the cases and one for everything else need no source", () => {
  expect(tableOfCases(CASES, [], '""')).toContain("everything else has one");
  expect(tableOfCases(CASES.slice(0, 4), [], '""')).toBeUndefined();
});

test("a list that knows more than its cases is not a table of them", () => {
  const list = new Map(
    [...CASES.map(({ input }) => input.word), "kappa", "sigma", "theta"].map((word) => [
      word,
      word.toUpperCase(),
    ]),
  );
  const answers = withValues(CASES, [...list.keys()]).map((near) => {
    const value = list.get(Object(near.input).word);
    return { near, outcome: value === undefined ? unknown : result(value) };
  });
  expect(knowsMore(answers, CASES)).toBe(true);
  expect(knowsMore(answers.slice(0, 2), CASES)).toBe(false);
});

test("near inputs are none of the cases, and repeat by their seed", () => {
  const cases = [
    { input: { a: 1, b: ["x", true, null] }, output: 1 },
    { input: { a: 2.5, b: [] }, output: 2 },
  ];
  const made = (seed: number) =>
    nearInputs(cases, { fits: () => true, count: 20, random: new Random(seed) }).map(
      ({ input }) => input,
    );
  expect(made(1)).toEqual(made(1));
  expect(made(1)).not.toEqual(made(2));
  expect(made(1)).not.toContainEqual(cases[0]?.input);
});

test("finds the texts and numbers of a program, also keys and parts of templates", () => {
  const source =
    "const a = { key: `x$" + "{1}y`, 'other': -2.5 }; // \"not this\"\ntype T = 'nor this';";
  expect([...typescriptLiterals(source)].map(String).sort()).toEqual(
    expect.arrayContaining(["1", "2.5", "key", "other", "x", "y"]),
  );
  expect(typescriptLiterals(source)).not.toContain("not this");
});
