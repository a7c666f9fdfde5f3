import { expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { grammarSchema, withoutNulls } from "./grammar-schema.ts";

test("what the grammar knows is kept, what it does not know is left to the caller", () => {
  const input = z.strictObject({
    city: z.enum(["Paris", "Rome"]).describe("where"),
    days: z.int().min(1).max(7),
    note: z.string().regex(/^a/).max(20),
    tags: z.array(z.string()).max(3),
  });
  expect(grammarSchema(z.toJSONSchema(input, { io: "input" }))).toEqual({
    type: "object",
    properties: {
      city: { enum: ["Paris", "Rome"], description: "where" },
      days: { enum: [1, 2, 3, 4, 5, 6, 7] },
      note: { type: "string", maxLength: 20 },
      tags: { type: "array", items: { type: "string" }, maxItems: 3 },
    },
  });
});

test("what may be left out has a form without it, and keeps its place where it is written", () => {
  const parameters = {
    type: "object",
    properties: {
      code: { type: "string" },
      timeout_s: { type: "number" },
      cwd: { type: "string" },
    },
    required: ["code", "cwd"],
    additionalProperties: false,
  };
  const made = grammarSchema(parameters);
  expect(made).toEqual({
    oneOf: [
      { type: "object", properties: { code: { type: "string" }, cwd: { type: "string" } } },
      { type: "object", properties: parameters.properties },
    ],
  });
  expect(JSON.stringify(made)).toMatch(/"code".*"code".*"timeout_s".*"cwd"/);
  expect(JSON.stringify(made)).not.toContain("null");
});

test("of many that may be left out each may be null, and is left out then", () => {
  const many = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { type: "integer" }]));
  const inner = { type: "object", properties: { deep: { type: "null" } }, required: ["deep"] };
  const schema = {
    type: "object",
    properties: { path: { type: "string" }, ...many, inner, rows: { type: "array", items: inner } },
    required: ["path", "inner", "rows"],
  };
  expect(grammarSchema(schema)).toMatchObject({
    properties: { path: { type: "string" }, a: { oneOf: [{ type: "integer" }, { type: "null" }] } },
  });
  const kept = { path: null, inner: { deep: null }, rows: [{ deep: null }] };
  expect(withoutNulls({ ...kept, a: null, d: null }, schema)).toEqual(kept);
  expect(withoutNulls({ a: 3 }, schema)).toEqual({ a: 3 });
  expect(withoutNulls("text", schema)).toBe("text");
});

test("nulls of what may be left out go inside of lists and of the form that fits, too", () => {
  const step = {
    oneOf: [
      { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      {
        type: "object",
        properties: { cmd: { type: "string" }, wait: { type: "number" }, value: { type: "null" } },
        required: ["cmd", "value"],
      },
    ],
  };
  const schema = { type: "array", items: step };
  expect(
    withoutNulls([{ cmd: "ls", wait: null, value: null }, { text: "a" }, { other: null }], schema),
  ).toEqual([{ cmd: "ls", value: null }, { text: "a" }, { other: null }]);
});

test("choices, constants, references, records and open values have a form, too", () => {
  expect(
    grammarSchema({
      type: "object",
      required: ["a", "b", "c", "d", "e"],
      properties: {
        a: { anyOf: [{ type: "string" }, { const: 3 }] },
        b: { $ref: "#/$defs/node" },
        c: { $ref: "https://example.org/other" },
        d: { type: "object", additionalProperties: { type: "number" } },
        e: {},
      },
      $defs: { node: { type: "array", prefixItems: [{ type: "boolean" }], items: false } },
    }),
  ).toEqual({
    type: "object",
    properties: {
      a: { oneOf: [{ type: "string" }, { const: 3 }] },
      b: { $ref: "#/$defs/node" },
      c: { type: ["string", "number", "boolean", "null"] },
      d: { type: "object", properties: {}, additionalProperties: { type: "number" } },
      e: { type: ["string", "number", "boolean", "null"] },
    },
    $defs: {
      node: {
        type: "array",
        items: { type: ["string", "number", "boolean", "null"] },
        prefixItems: [{ type: "boolean" }],
      },
    },
  });
});

test("only a small range of integers is spelled out", () => {
  const integer = (minimum?: unknown, maximum?: unknown) =>
    grammarSchema({ type: "integer", minimum, maximum });
  expect(integer(-1, 1)).toEqual({ enum: [-1, 0, 1] });
  expect(integer(3, 3)).toEqual({ enum: [3] });
  for (const [least, most] of [[], [1], [undefined, 9], [0, 1000], [9, 1], [0.5, 3], ["a", "b"]]) {
    expect(integer(least, most)).toEqual({ type: "integer" });
  }
});

test("a huge limit does not become a huge grammar", () => {
  const schema = { type: "string", minLength: 1, maxLength: 1_000_000 };
  expect(grammarSchema(schema)).toEqual({ type: "string", minLength: 1 });
});

test("whatever is given, there is a schema", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (schema) => {
      expect(JSON.stringify(grammarSchema(schema)).length).toBeGreaterThan(2);
    }),
  );
});
