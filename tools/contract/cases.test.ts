import { expect, test } from "bun:test";
import { caseOf, casesSchema } from "./cases.ts";

test("a case has a result or a failure, and never both", () => {
  expect(caseOf({ input: { a: 1 }, output: 2 })).toEqual({ input: { a: 1 }, output: 2 });
  expect(caseOf({ input: {}, error: "EMPTY", output: undefined })).toEqual({
    input: {},
    error: "EMPTY",
  });
  expect(caseOf({ input: {}, output: 1, error: "EMPTY" })).toBeUndefined();
  expect(caseOf({ input: {} })).toBeUndefined();
  expect(caseOf({ output: 1 })).toBeUndefined();
});

test("a list of cases is not empty", () => {
  expect(casesSchema.safeParse({ cases: [] }).success).toBe(false);
  expect(casesSchema.safeParse({ cases: [{ input: 1, output: null }] }).success).toBe(true);
});
