import { expect, test } from "bun:test";
import { headerProblem } from "./header-arguments.ts";

const text = (name: unknown, type = "string"): object => ({ type, "x-mcp-header": name });
const object = (properties: object, more: object = {}): Record<string, unknown> => ({
  ...{ type: "object", properties },
  ...more,
});

test("arguments may be asked for in headers, at any depth, by names that are headers", () => {
  const inner = object({ city: text("City") });
  const schema = object({ region: text("Region"), count: text("Count", "integer"), inner });
  expect(headerProblem(schema)).toBeUndefined();
  // An argument may have that name.
  expect(headerProblem(object({ "x-mcp-header": { type: "string" } }))).toBeUndefined();
});

test.each([
  ["is empty", object({ a: text("") })],
  ["is not text", object({ a: text({ name: "A" }) })],
  ["has a space", object({ a: text("My Region") })],
  ["has a colon", object({ a: text("Region: x") })],
  ["has an end of line", object({ a: text("Region\r\nAuthorization") })],
  ["has other letters", object({ a: text("Région") })],
  ["is of an object", object({ a: text("A", "object") })],
  ["is of a number", object({ a: text("A", "number") })],
])("a name that %s is not the name of a header", (_what, schema) => {
  expect(headerProblem(schema)).toBe("its x-mcp-header is not a name of a header");
});

test.each([
  ["in the schema itself", object({}, { "x-mcp-header": "A" })],
  ["in an array", object({ list: { type: "array", items: text("A") } })],
  ["in a choice", object({}, { anyOf: [object({ a: text("A") })] })],
  ["in a definition", object({}, { $defs: { a: text("A") } })],
  ["under a condition", object({}, { if: object({ a: text("A") }) })],
])("a name that stands %s stands where none may", (_where, schema) => {
  expect(headerProblem(schema)).toBe("its x-mcp-header stands where none may");
});

test("two that differ in capitals alone are the same name", () => {
  expect(headerProblem(object({ a: text("Region"), b: text("REGION") }))).toBe(
    "two x-mcp-header are the same name",
  );
});
