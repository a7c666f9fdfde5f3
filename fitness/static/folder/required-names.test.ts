import { expect, test } from "bun:test";
import { compileSchema, problemWith } from "#tools/contract/schema-check.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { undescribedNames } from "./required-names.ts";

const text = { type: "string" };

test("names that no property has", () => {
  expect(undescribedNames({ properties: { a: text }, required: ["a", "b"] })).toEqual(["b"]);
  expect(undescribedNames({ type: "object", required: ["a"] })).toEqual(["a"]);
  expect(undescribedNames({ properties: {}, required: ["toString"] })).toEqual(["toString"]);
});

const wrong = { type: "object", properties: {}, required: ["lost"] };

test.each<[string, JsonSchema]>([
  ["a property", { properties: { a: wrong } }],
  ["items", { type: "array", items: wrong }],
  ["a tuple", { prefixItems: [text, wrong] }],
  ["a choice", { anyOf: [{ type: "null" }, wrong] }],
  ["a definition", { $defs: { a: wrong } }],
  ["other properties", { additionalProperties: wrong }],
  ["a property with the name of a keyword", { properties: { enum: wrong } }],
  ["a pattern with the name of a keyword", { patternProperties: { const: wrong } }],
  ["a definition with the name of a keyword", { $defs: { default: wrong } }],
  ["an old definition with the name of a keyword", { definitions: { examples: wrong } }],
])("looks into %s", (_name, schema) => {
  expect(undescribedNames(schema)).toEqual(["lost"]);
});

test.each<[string, JsonSchema]>([
  ["data", { properties: { a: { default: wrong, enum: [wrong], examples: [wrong] } } }],
  ["one value", { properties: { a: { const: wrong } } }],
  ["a property named required", { properties: { required: text }, required: ["required"] }],
  ["no required names", { properties: { a: text }, additionalProperties: false }],
])("has nothing against %s", (_name, schema) => {
  expect(undescribedNames(schema)).toEqual([]);
});

test("without it a missing value would fit", () => {
  const schema = { type: "object", properties: {}, required: ["lost"] };
  expect(problemWith({}, compileSchema("input", schema))).toBeUndefined();
});
