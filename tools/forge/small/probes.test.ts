import { expect, test } from "bun:test";
import type { CallOutcome } from "../../contract/outcome.ts";
import type { Contract } from "../../contract/spec.ts";
import type { Voter } from "./agreement.ts";
import { mostDifferent, mostTelling, probesAtConstants, probesFor } from "./probes.ts";

const one = (x: number, output: unknown) => ({ input: { x }, output });
const gives = (value: unknown): CallOutcome => ({ kind: "result", value });
const voter = (values: readonly unknown[]): Voter => {
  return { program: { lines: [], source: "" }, outcomes: values.map(gives) };
};

test("of cases that may be added those come first whose result is rarest among all", () => {
  const existing = [one(0, true), one(1, true), one(2, false)];
  const fresh = [one(3, true), one(4, false), one(5, "odd"), one(6, false), one(7, "odd")];
  expect(mostDifferent(existing, fresh, 16).map(({ input }) => input)).toEqual([
    ...[{ x: 5 }, { x: 4 }, { x: 7 }, { x: 3 }, { x: 6 }],
  ]);
  const many = Array.from({ length: 40 }, (_, x) => one(x, x % 2));
  expect(mostDifferent([], many, 16)).toHaveLength(16);
});

test("probes stand at the constants of a program, fit the contract, and are new", () => {
  const number = { type: "number", minimum: -300, maximum: 300 };
  const input = { type: "object", properties: { x: number }, required: ["x"] };
  const existing = [{ x: 10 }, { x: -273.15 }];
  const source = "if x < -273.15 or x > 1000:\n    raise Failure('TOO_COLD')";
  const probes = probesAtConstants({ input } as unknown as Contract, existing, [source]);
  expect(probes).toContainEqual({ x: -274.15 });
  expect(probes).not.toContainEqual({ x: -273.15 });
  expect(probes.every(({ x }) => Math.abs(Number(x)) <= 300)).toBe(true);
});

test("where more is needed, inputs near the known ones follow, each once", () => {
  const number = { type: "number", minimum: -300, maximum: 300 };
  const input = { type: "object", properties: { x: number }, required: ["x"] };
  const probes = probesFor({ input } as unknown as Contract, [{ x: 10 }], ["return x + 11"]);
  expect(probes.map(({ x }) => x)).toEqual([11, 12, -10, 20, 5]);
});

test("inputs on which programs differ are tried before those on which they agree", () => {
  const probes = Array.from({ length: 6 }, (_, x) => ({ x }));
  const voters = [voter([1, 1, 1, 1, 2, 5]), voter([1, 1, 1, 1, 2, 6])];
  expect(mostTelling(voters, probes, { before: [gives(1)], most: 2 })).toEqual([4, 5]);
});
