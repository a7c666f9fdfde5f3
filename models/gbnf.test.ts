import { expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { sampleGbnf } from "#test/gbnf-sample.ts";
import { gbnfOf } from "./gbnf.ts";
import { LOOSE_TEXT, RAW_TEXT } from "./turn-shape.ts";

/** What a shaped turn is held to. */
const TURN = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("sh"),
    cmd: z.string().min(1).max(12),
    timeout_s: z.number().optional(),
  }),
  z.strictObject({ action: z.literal("answer"), text: z.string().min(1).max(5) }),
]);

const schemas: readonly (readonly [string, z.ZodType])[] = [
  ["a shaped turn", TURN],
  ["properties that may all be left out", z.strictObject({ a: z.int(), b: z.null() }).partial()],
  [
    "one that is needed behind some that are not",
    z.strictObject({
      first: z.boolean().optional(),
      second: z.number().optional(),
      third: z.string(),
      fourth: z.enum(["a", 'b"\\']).optional(),
    }),
  ],
  [
    "lists with limits",
    z
      .array(z.array(z.int().min(-2).max(3)).min(2).max(3))
      .min(1)
      .max(4),
  ],
  ["a list that may be empty", z.array(z.string().max(3)).max(2)],
  ["a tuple", z.tuple([z.string(), z.int()], z.boolean())],
  ["any JSON", z.json()],
  ["a record", z.record(z.string(), z.int().min(0))],
  ["what may be null", z.strictObject({ a: z.string().nullable(), b: z.literal([1, true]) })],
];

const draws = fc.infiniteStream(fc.nat({ max: 1_000_000 }));

test.each(schemas)("%s: whatever the grammar allows, the schema allows", (_name, schema) => {
  const grammar = gbnfOf(z.toJSONSchema(schema));
  fc.assert(
    fc.property(draws, (stream) => {
      const text = sampleGbnf(grammar, (count) => (stream.next().value ?? 0) % count);
      expect([text, schema.safeParse(JSON.parse(text)).error]).toEqual([text, undefined]);
    }),
  );
});

test("every form of an object can be written: with and without what may be left out, in its order", () => {
  const schema = z.toJSONSchema(
    z.strictObject({
      a: z.literal(1).optional(),
      b: z.literal(2),
      c: z.literal(3).optional(),
      d: z.literal(4).optional(),
    }),
  );
  const grammar = gbnfOf(schema);
  const found = new Set<string>();
  fc.assert(
    fc.property(draws, (stream) => {
      found.add(
        sampleGbnf(grammar, (count) => (stream.next().value ?? 0) % count).replaceAll(" ", ""),
      );
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect([...found].sort()).toEqual(
    [
      '{"a":1,"b":2,"c":3,"d":4}',
      '{"a":1,"b":2,"c":3}',
      '{"a":1,"b":2,"d":4}',
      '{"a":1,"b":2}',
      '{"b":2,"c":3,"d":4}',
      '{"b":2,"c":3}',
      '{"b":2,"d":4}',
      '{"b":2}',
    ].sort(),
  );
});

test("a turn begins with its action, and its text is as long as the schema says", () => {
  const turn = {
    oneOf: [
      {
        type: "object",
        properties: {
          action: { const: "sh" },
          cmd: { type: "string", minLength: 1, maxLength: 1200 },
        },
        required: ["action", "cmd"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: { action: { const: "answer" }, text: { type: "string" } },
        required: ["action", "text"],
        additionalProperties: false,
      },
    ],
  };
  const grammar = gbnfOf(turn);
  expect(grammar.split("\n").slice(0, 9)).toMatchInlineSnapshot(`
    [
      "root ::= r9",
      "r0 ::= "\\"sh\\""",
      "r1 ::= "\\"" char{1,1200} "\\""",
      "r2 ::= "," " "? "\\"cmd\\"" ":" " "? r1 ",
      "r3 ::= "," " "? "\\"action\\"" ":" " "? r0 r2",
      "r4 ::= "{" ("\\"action\\"" ":" " "? r0 r2) "}"",
      "r5 ::= "\\"answer\\""",
      "r6 ::= "," " "? "\\"text\\"" ":" " "? string ",
      "r7 ::= "," " "? "\\"action\\"" ":" " "? r5 r6",
    ]
  `);
});

test("a text of a turn may have any character behind a backslash", () => {
  const grammar = gbnfOf({ anyOf: [{ type: "string", pattern: RAW_TEXT }] });
  expect(grammar).toContain(String.raw`"\"" raw{0,1500} "\""`);
  expect(grammar).toContain(String.raw`raw ::= [^"\\\x00-\x1F\x7F] | "\\" [ -~]`);
  expect(gbnfOf({ type: "string", pattern: LOOSE_TEXT })).toContain(
    String.raw`"\"" loose{0,1500} "\""`,
  );
  expect(grammar).toContain(
    String.raw`loose ::= raw | "\""{1,3} ([^"\\}\x00-\x1F\x7F] | "\\" [ -~])`,
  );
  expect(gbnfOf({ type: "string", pattern: "^a+$" })).toStartWith("root ::= string\n");
});

test("a limit that llama.cpp cannot write out is not held", () => {
  expect(gbnfOf({ type: "string", maxLength: 1_000_000 })).toStartWith("root ::= string\n");
  expect(gbnfOf({ type: "string", minLength: 2, maxLength: 1e6 })).toContain("char{2,}");
});

test("definitions are followed, also where one refers to itself", () => {
  const node = {
    type: "object",
    properties: { next: { anyOf: [{ type: "null" }, { $ref: "#/$defs/node" }] } },
    required: ["next"],
    additionalProperties: false,
  };
  const grammar = gbnfOf({ $ref: "#/$defs/node", $defs: { node } });
  let count = 0;
  const text = sampleGbnf(grammar, (choices) => {
    count += 1;
    return count < 20 ? choices - 1 : 0;
  });
  expect(JSON.parse(text)).toHaveProperty("next.next");
  expect(gbnfOf({ $ref: "https://example.org/other" })).toStartWith("root ::= any\n");
});

test("whatever is given, there is a grammar with a rule for every name", () => {
  fc.assert(
    fc.property(fc.jsonValue(), draws, (schema, stream) => {
      const text = sampleGbnf(gbnfOf(schema), (count) => (stream.next().value ?? 0) % count);
      expect(text.length).toBeGreaterThan(0);
    }),
  );
});
