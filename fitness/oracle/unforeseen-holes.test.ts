/** Places where programs of a gate's candidates broke, or answered otherwise: an input of each is asked for. */
import { expect, test } from "bun:test";
import { isFields } from "#core/json.ts";
import { contractSchema, type JsonSchema } from "#tools/contract/spec.ts";
import { leavesOf } from "./near-inputs.ts";
import { unforeseenInputs } from "./unforeseen-inputs.ts";

const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const text = (maxLength?: number): JsonSchema => ({
  type: "string",
  ...(maxLength === undefined ? {} : { maxLength }),
});
const integer = (minimum: number, maximum: number): JsonSchema => ({
  type: "integer",
  minimum,
  maximum,
});

const PERSON = object({
  name: text(3000),
  age: integer(0, 1_000_000),
  tags: { type: "array", items: text(40) },
});
const PEOPLE = object({ people: { type: "array", items: PERSON, maxItems: 300 } });
const ADDRESS = object({
  who: object({ home: object({ street: text(2000), number: integer(1, 99_999) }) }),
});
const TABLE: JsonSchema = object({
  cells: { type: "object", additionalProperties: { type: "string" } },
});
const EITHER = object({ value: { anyOf: [text(400), integer(-5000, 5000), { type: "null" }] } });
const FLAT = object({
  text: text(60_000),
  count: integer(0, 1_000_000_000),
  list: { type: "array", items: integer(0, 9) },
});
const person = { name: "Ada Lovelace", age: 36, tags: ["x", "y"] };
const EXAMPLES: ReadonlyMap<JsonSchema, unknown> = new Map<JsonSchema, unknown>([
  [PEOPLE, { people: [person, { ...person, name: "Alan", age: 41 }] }],
  [ADDRESS, { who: { home: { street: "Long Road", number: 7 } } }],
  [TABLE, { cells: { a: "one", b: "two" } }],
  [EITHER, { value: "some text" }],
  [FLAT, { text: "some text", count: 3, list: [1, 2] }],
]);

type Meets = (leaves: readonly unknown[], input: unknown) => boolean;

const someText =
  (meets: (text: string) => boolean): Meets =>
  (leaves) =>
    leaves.some((leaf) => typeof leaf === "string" && meets(leaf));
const someNumber =
  (meets: (value: number) => boolean): Meets =>
  (leaves) =>
    leaves.some((leaf) => typeof leaf === "number" && meets(leaf));

const HOLES: readonly (readonly [
  what: string,
  schema: JsonSchema,
  source: string,
  meets: Meets,
])[] = [
  ["a long text in a list of objects", PEOPLE, "", someText((one) => one.length > 2900)],
  [
    "a middling text in a list of objects",
    PEOPLE,
    "",
    someText((one) => one.length > 300 && one.length < 600),
  ],
  [
    "Cyrillic in a list of objects",
    PEOPLE,
    "",
    someText((one) => /\p{Script=Cyrillic}/u.test(one)),
  ],
  ["a lone surrogate in a list of objects", PEOPLE, "", someText((one) => !one.isWellFormed())],
  ["a line break in a list of objects", PEOPLE, "", someText((one) => /\w\n\w/.test(one))],
  ["a large number in a list of objects", PEOPLE, "", someNumber((one) => one >= 500_000)],
  [
    "an empty list in a list of objects",
    PEOPLE,
    "",
    (_leaves, input) => JSON.stringify(input).includes('"tags":[]'),
  ],
  [
    "many objects",
    PEOPLE,
    "",
    (_leaves, input) =>
      isFields(input) && Array.isArray(input["people"]) && input["people"].length > 200,
  ],
  ["no objects", PEOPLE, "", (_leaves, input) => JSON.stringify(input) === '{"people":[]}'],
  ["a long text two objects deep", ADDRESS, "", someText((one) => one.length > 1900)],
  ["Greek two objects deep", ADDRESS, "", someText((one) => /\p{Script=Greek}/u.test(one))],
  [
    "a picture two objects deep",
    ADDRESS,
    "",
    someText((one) => /\p{Extended_Pictographic}/u.test(one)),
  ],
  ["a tab two objects deep", ADDRESS, "", someText((one) => one.includes("\t"))],
  [
    "a middling number two objects deep",
    ADDRESS,
    "",
    someNumber((one) => one > 4000 && one < 60_000),
  ],
  [
    "a name that every object has",
    TABLE,
    "",
    (_leaves, input) => JSON.stringify(input).includes('"constructor":'),
  ],
  ["an empty name", TABLE, "", (_leaves, input) => JSON.stringify(input).includes('"":')],
  ["no names at all", TABLE, "", (_leaves, input) => JSON.stringify(input) === '{"cells":{}}'],
  ["an odd text under a name", TABLE, "", someText((one) => /\p{Script=Han}/u.test(one))],
  ["null in place of a text", EITHER, "", (leaves) => leaves[0] === null],
  ["a number in place of a text", EITHER, "", someNumber((one) => one === 1000)],
  ["the least number of a choice", EITHER, "", someNumber((one) => one === -5000)],
  ["letters and digits of full width", FLAT, "", someText((one) => /[\uff21-\uff5a]/.test(one))],
  ["a line that is indented", FLAT, "", someText((one) => /\n {2,}\S/.test(one))],
  ["a return without a line feed", FLAT, "", someText((one) => /\w\r\w/.test(one))],
  [
    "a length that the program names",
    FLAT,
    "if (text.length === 1234) crash();",
    someText((one) => one.length === 1234),
  ],
  [
    "one more than a length that it names",
    FLAT,
    "if (text.length > 41_777) crash();",
    someText((one) => one.length === 41_778),
  ],
  [
    "one less than a length that it names",
    FLAT,
    "text.length <= 5411 || loop();",
    someText((one) => one.length === 5410),
  ],
  [
    "a word that the program names",
    FLAT,
    'if (text.includes("zebra")) crash();',
    someText((one) => one.includes("zebra")),
  ],
  [
    "a word in other quotes",
    FLAT,
    "if (text.endsWith('quagga')) crash();",
    someText((one) => one.endsWith("quagga")),
  ],
  [
    "a word at the beginning",
    FLAT,
    'if (/^okapi/.test(text) || text.startsWith("okapi")) crash();',
    someText((one) => one.startsWith("okapi")),
  ],
  [
    "a letter that the program names",
    FLAT,
    'if (text.includes("ǂ")) crash();',
    someText((one) => one.includes("ǂ")),
  ],
  [
    "an escape that the program names",
    FLAT,
    'if (text.includes("\\u2603")) crash();',
    someText((one) => one.includes("\u2603")),
  ],
  [
    "a number that the program names",
    FLAT,
    "if (count === 777_123) crash();",
    someNumber((one) => one === 777_123),
  ],
  [
    "one more than a number that it names",
    FLAT,
    "while (count > 31_415_926) ;",
    someNumber((one) => one === 31_415_927),
  ],
  [
    "a number written with a power",
    FLAT,
    "if (count === 3e7) crash();",
    someNumber((one) => one === 30_000_000),
  ],
  [
    "a length of a list that it names",
    FLAT,
    "if (list.length === 123) crash();",
    (_leaves, input) =>
      isFields(input) && Array.isArray(input["list"]) && input["list"].length === 123,
  ],
  [
    "a word that it names, deep inside",
    ADDRESS,
    'if (street === "Elm Court") crash();',
    someText((one) => one === "Elm Court"),
  ],
  [
    "a number that it names, deep inside",
    PEOPLE,
    "if (age === 12_345) crash();",
    someNumber((one) => one === 12_345),
  ],
];

const inputsByKey = new Map<string, readonly unknown[]>();

/** Made once for a schema and a source: several holes are looked for in the same inputs. */
function inputsOf(schema: JsonSchema, source: string): readonly unknown[] {
  const key = JSON.stringify([schema, source]);
  const contract = contractSchema.parse({ name: "x", description: "x", input: schema, output: {} });
  const cases = [{ input: EXAMPLES.get(schema), output: 1 }];
  const inputs =
    inputsByKey.get(key) ?? unforeseenInputs({ contract, cases, source }, { count: 400, seed: 7 });
  inputsByKey.set(key, inputs);
  return inputs;
}

test.each(HOLES)("%s is asked", (...[, schema, source, meets]) => {
  const inputs = inputsOf(schema, source);
  expect(inputs.length).toBeLessThanOrEqual(400);
  expect(
    inputs.some((input) =>
      meets(
        leavesOf(input).map(({ value }) => value),
        input,
      ),
    ),
  ).toBe(true);
});
