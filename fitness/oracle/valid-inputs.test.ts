import { expect, test } from "bun:test";
import fc from "fast-check";
import { edgeInputs } from "./edge-inputs.ts";
import { fitting } from "./schema.ts";
import { validInputs } from "./valid-inputs.ts";
import { wrongInputs } from "./wrong-inputs.ts";

const SCHEMA = {
  type: "object",
  properties: {
    text: { type: "string", minLength: 1, maxLength: 30 },
    code: { type: "string", pattern: "^[A-Z]{2}-\\d+$" },
    day: { type: "string", format: "date" },
    mail: { type: "string", format: "email" },
    count: { type: "integer", minimum: -5, maximum: 5 },
    ratio: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    even: { type: "integer", multipleOf: 2 },
    colour: { enum: ["red", "green"] },
    fixed: { const: 7 },
    flag: { type: ["boolean", "null"] },
    list: {
      type: "array",
      items: { $ref: "#/$defs/name" },
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
    },
    pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] },
    either: {
      anyOf: [{ type: "string" }, { type: "object", properties: { a: { type: "null" } } }],
    },
    anything: {},
  },
  required: ["text", "count", "list"],
  additionalProperties: false,
  $defs: { name: { type: "string", maxLength: 5 } },
};
const DECLARED = { text: "abc", count: 1, list: ["a"] };

test("makes different inputs of every kind, and all of them fit", () => {
  const fits = fitting(SCHEMA);
  const inputs = validInputs(SCHEMA, 40, 1);
  expect(inputs.length).toBe(40);
  expect(inputs.filter((input) => !fits(input))).toEqual([]);
  expect(new Set(inputs.map((input) => JSON.stringify(input))).size).toBe(40);
  const keys = new Set(inputs.flatMap((input) => Object.keys(Object(input))));
  expect([...keys].sort()).toEqual(Object.keys(SCHEMA.properties).sort());
});

test("the seed decides what is made", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(validInputs(SCHEMA, 3, seed)).toEqual(validInputs(SCHEMA, 3, seed));
    }),
    { numRuns: 5 },
  );
  expect(validInputs(SCHEMA, 3, 1)).not.toEqual(validInputs(SCHEMA, 3, 2));
});

test("a schema that refers to itself ends", () => {
  const tree = {
    type: "object",
    properties: { value: { type: "number" }, next: { $ref: "#" } },
    required: ["value"],
  };
  expect(
    validInputs(
      {
        ...tree,
        properties: { ...tree.properties, next: { $ref: "#/$defs/t" } },
        $defs: { t: tree },
      },
      5,
      1,
    ).length,
  ).toBe(5);
});

test("drives each property to its edges, the sharpest of all first", () => {
  const edges = edgeInputs(SCHEMA, DECLARED, 100);
  expect(edges).toContainEqual({ ...DECLARED, text: "y".repeat(30) });
  expect(edges).toContainEqual({ ...DECLARED, text: "__proto__" });
  expect(edges).toContainEqual({ ...DECLARED, count: 5 });
  expect(edges).toContainEqual({ ...DECLARED, count: -5 });
  expect(edges).toContainEqual({ ...DECLARED, flag: null });
  expect(edges.filter((input) => !fitting(SCHEMA)(input))).toEqual([]);
  const first = edgeInputs(SCHEMA, DECLARED, 2);
  expect(
    first.map(
      (input) =>
        Object.entries(Object(input)).find(
          ([key, value]) => Reflect.get(DECLARED, key) !== value,
        )?.[0],
    ),
  ).toEqual(["text", "count"]);
});

test("a long list is one of the edges of a list", () => {
  const schema = {
    type: "object",
    properties: { list: { type: "array", items: { type: "integer" } } },
  };
  const lengths = edgeInputs(schema, { list: [1, 2] }, 20).map(
    (input) => Object(input).list.length,
  );
  expect(lengths).toContain(200);
  expect(lengths).toContain(0);
});

test("wrong inputs are wrong, each for the reason that it names", () => {
  const wrong = wrongInputs(SCHEMA, DECLARED);
  expect(wrong.filter(({ input }) => fitting(SCHEMA)(input))).toEqual([]);
  const whats = wrong.map(({ what }) => what);
  for (const what of [
    'no "text"',
    '"count" is above its maximum',
    '"text" is too long',
    "null instead of the arguments",
    "a property that the schema does not name",
    '"list" is a list 500 deep',
  ]) {
    expect(whats).toContain(what);
  }
});

test("what a schema allows is not called wrong", () => {
  const open = { type: "object", properties: { any: {} } };
  expect(wrongInputs(open, { any: 1 }).map(({ what }) => what)).toEqual([
    "null instead of the arguments",
    "[] instead of the arguments",
    '"text" instead of the arguments',
    "42 instead of the arguments",
    "true instead of the arguments",
  ]);
});
