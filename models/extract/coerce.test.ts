import { expect, test } from "bun:test";
import { coerceArguments } from "./coerce.ts";
import { Untyped } from "./dialect.ts";

function read(text: string, schema: Record<string, unknown>): unknown {
  return coerceArguments({ x: new Untyped(text) }, { properties: { x: schema } })["x"];
}

test.each([
  ["42", { type: "string" }, "42"],
  ["42", { type: "integer" }, 42],
  ["007", { type: "integer" }, 7],
  ["3.0", { type: "integer" }, 3],
  ["2.50", { type: "number" }, 2.5],
  ["1e3", { type: "number" }, 1000],
  ["True", { type: "boolean" }, true],
  ["FALSE", { type: "boolean" }, false],
  ["NULL", { type: "string" }, null],
  ["None", { type: "integer" }, null],
  ["None", { type: "string" }, "None"],
  ['["a", 1]', { type: "array" }, ["a", 1]],
  ["['a', 1]", { type: "array" }, ["a", 1]],
  ["('a', 1)", { type: "array" }, ["a", 1]],
  ['{"a": 1}', { type: "object" }, { a: 1 }],
  ['{"a": 1}', { type: "string" }, '{"a": 1}'],
  ["12", { type: ["string", "integer"] }, 12],
  ["twelve", { type: ["string", "integer"] }, "twelve"],
  ["12", { anyOf: [{ type: "null" }, { type: "integer" }] }, 12],
  ["12", { enum: ["12", "13"] }, "12"],
  ["12", {}, 12],
  ["twelve", { type: "integer" }, "twelve"],
  ["9007199254740993", { type: "integer" }, "9007199254740993"],
  ["a", { type: "array", items: { type: "string" } }, ["a"]],
  [" \n", { type: "string" }, " \n"],
])("text %s with the schema %j is %j", (text, schema, value) => {
  expect(read(text, schema)).toEqual(value);
});

test("an argument that the schema does not know stays text", () => {
  expect(coerceArguments({ y: new Untyped("42") }, { properties: {} })).toEqual({ y: "42" });
});

test("values that are typed already are left alone where they fit", () => {
  const schema = { properties: { a: { type: "integer" }, b: { type: "string" }, c: {} } };
  expect(coerceArguments({ a: 1, b: "2", c: "3" }, schema)).toEqual({ a: 1, b: "2", c: "3" });
});

test("text where another type is wanted is decoded, at any depth", () => {
  const schema = {
    properties: {
      a: { type: "array", items: { type: "object", properties: { n: { type: "integer" } } } },
      o: { type: "object", additionalProperties: { type: "boolean" } },
    },
  };
  const given = { a: [{ n: "1" }, { n: 2 }], o: '{"x": "true"}' };
  expect(coerceArguments(given, schema)).toEqual({ a: [{ n: 1 }, { n: 2 }], o: { x: true } });
});

test("a schema that contains itself ends", () => {
  const schema: Record<string, unknown> = { type: "object" };
  schema["properties"] = { child: schema };
  schema["anyOf"] = [schema];
  const given = { child: { child: { child: "x" } } };
  expect(coerceArguments(given, schema)).toEqual(given);
});
