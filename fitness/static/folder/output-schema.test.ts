import { expect, test } from "bun:test";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { saysNothing } from "./output-schema.ts";

const object = (
  properties: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): JsonSchema => ({
  ...{ type: "object", properties, required: Object.keys(properties) },
  ...{ additionalProperties: false, ...more },
});
const TEXT = { type: "string" };

const WIDE: readonly (readonly [what: string, schema: JsonSchema])[] = [
  ["no keyword at all", {}],
  ["words alone", { description: "The result.", title: "Result" }],
  ["any object", { type: "object" }],
  ["any object, said twice", { type: "object", additionalProperties: true }],
  ["any object, by an empty schema", { type: "object", properties: {}, additionalProperties: {} }],
  ["any list", { type: "array" }],
  ["any list of objects", { type: "array", items: { type: "object" } }],
  ["every type", { type: ["string", "number", "boolean", "null", "array", "object"] }],
  ["an object or nothing", { type: ["object", "null"] }],
  [
    "a choice of every type",
    { anyOf: [TEXT, { type: "number" }, { type: "boolean" }, { type: "null" }] },
  ],
  ["a choice of which one is free", { anyOf: [object({ slug: TEXT }), {}] }],
  ["a choice of which one is any object", { oneOf: [TEXT, { type: "object" }] }],
  ["not what nothing is", { not: { type: "string", minLength: 100, maxLength: 2 } }],
  ["not one value", { not: { const: "impossible" } }],
  ["a reference to anything", { $ref: "#/$defs/result", $defs: { result: {} } }],
  ["named values of any kind", object({ slug: {}, words: { description: "Words." } })],
  ["named values that are true", object({ slug: true, words: true })],
  ["any value under any name", { type: "object", patternProperties: { ".*": {} } }],
  ["limits without a type", { minLength: 1, minimum: 0, minItems: 0 }],
  [
    "one name that may be left out",
    object({ error: TEXT }, { required: [], additionalProperties: {} }),
  ],
  ["all of nothing", { allOf: [{}, { type: "object", minProperties: 0 }] }],
];

test.each(WIDE)("a result of %s is not described", (_what, schema) => {
  expect(saysNothing(schema)).toBe(true);
});

const TOLD: readonly (readonly [what: string, schema: JsonSchema])[] = [
  ["a text", TEXT],
  ["a text or nothing", { type: ["string", "null"] }],
  ["a truth", { type: "boolean" }],
  ["one of three values", { enum: ["a", 2, null] }],
  [
    "an object with a free value beside a told one",
    object({ found: { type: "boolean" }, value: {} }),
  ],
  ["any JSON under one name", object({ value: {} })],
  ["texts by name", { type: "object", additionalProperties: TEXT }],
  ["numbers under some names", { type: "object", patternProperties: { "^n": { type: "number" } } }],
  ["an object that names little", { type: "object", properties: { sum: { type: "number" } } }],
  ["a list of texts", { type: "array", items: TEXT }],
  ["a pair", { type: "array", prefixItems: [TEXT, {}] }],
  ["a list of objects", { type: "array", items: object({ a: TEXT }) }],
  ["one of two objects", { oneOf: [object({ a: TEXT }), object({ error: TEXT })] }],
  ["a reference to an object", { $ref: "#/$defs/one", $defs: { one: object({ a: TEXT }) } }],
  [
    "a tree",
    {
      $ref: "#/$defs/t",
      $defs: { t: object({ kids: { type: "array", items: { $ref: "#/$defs/t" } } }) },
    },
  ],
  ["an empty list", { type: "array", items: false }],
  [
    "a list in a list, and so on",
    { $ref: "#/$defs/l", $defs: { l: { type: "array", items: { $ref: "#/$defs/l" } } } },
  ],
  ["a number with a limit", { allOf: [{ type: "integer" }, { minimum: 3 }] }],
];

test.each(TOLD)("a result of %s is described", (_what, schema) => {
  expect(saysNothing(schema)).toBe(false);
});
