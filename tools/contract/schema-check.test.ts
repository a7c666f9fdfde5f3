import { expect, test } from "bun:test";
import { compileSchema, problemWith } from "./schema-check.ts";

const schema = compileSchema("input", {
  type: "object",
  properties: {
    list: { type: "array", items: { type: "integer" } },
    slug: { pattern: "^[a-z]+$" },
  },
  required: ["list"],
  additionalProperties: false,
});

test("says nothing of what fits", () => {
  expect(problemWith({ list: [1, 2], slug: "abc" }, schema)).toBeUndefined();
});

test("says where what does not fit is", () => {
  expect(problemWith({ list: [1, 2.5] }, schema)).toStartWith("list.1: ");
  expect(problemWith({}, schema)).toStartWith("list: ");
  expect(problemWith("text", schema)).not.toStartWith(":");
});

test("names at most five problems", () => {
  const problem = problemWith({ list: Array(9).fill("x") }, schema);
  expect(problem?.split("; ")).toHaveLength(5);
});

test("refuses a schema that it cannot check by", () => {
  expect(() => compileSchema("output", { type: "nothing" })).toThrow(
    '"output" is not a JSON schema',
  );
});

test("compares no endless text with a pattern of a model", () => {
  const slow = compileSchema("input", { type: "string", pattern: "^a*a*a*a*$" });
  expect(problemWith(`${"a".repeat(50_000)}b`, slow)).toContain("220");
});
