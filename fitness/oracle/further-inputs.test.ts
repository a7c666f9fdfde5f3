/** Inputs that grow what cases have, or lie beside what a program names. */
import { expect, test } from "bun:test";
import { contractSchema } from "#tools/contract/spec.ts";
import { fitting } from "./schema.ts";
import { kindsOfCharacters } from "./shaped-texts.ts";
import { furtherInputs } from "./unforeseen-inputs.ts";

const contract = contractSchema.parse({
  name: "sum",
  description: "Sums a thing up.",
  input: {
    type: "object",
    properties: {
      text: { type: "string", maxLength: 2000 },
      share: { type: "number", minimum: -50, maximum: 5000 },
      names: { type: "array", items: { type: "string", maxLength: 60 }, maxItems: 9 },
      kind: { enum: ["a", "b"] },
    },
    required: ["text", "share", "names", "kind"],
    additionalProperties: false,
  },
  output: { type: "string" },
});
const cases = [
  { input: { text: "ann@example.com", share: 2, names: ["Bo"], kind: "a" }, output: "x" },
  { input: { text: "none", share: 7.5, names: [], kind: "b" }, output: "y" },
];

interface Made {
  readonly text: string;
  readonly share: number;
  readonly names: readonly string[];
}

const made = (source: string, options: { count?: number; characters?: readonly string[] } = {}) =>
  furtherInputs({ contract, cases, source }, { count: 400, seed: 3, ...options }) as Made[];

const SOURCES: readonly (readonly [string, string, (one: Made) => boolean])[] = [
  [
    "a character that it names by its number",
    String.raw`/\u2060/u`,
    (one) => /\w\u2060\w/.test(one.text),
  ],
  [
    "the same in a list",
    String.raw`/\u2060/u`,
    ({ names }) => names.some((name) => name.includes("\u2060")),
  ],
  ["what a pattern of it finds", "/ y (?=[Ii])/", ({ text }) => / y [Ii]/.test(text)],
  [
    "a longer word before a sign of the case",
    "",
    ({ text }) => /^[a-z]{20}@example\.com$/.test(text),
  ],
  ["the case several times", "", ({ text }) => text.split("@").length > 4],
  ["a run of blanks as long as it names", "limit(12)", ({ text }) => / {13}/.test(text)],
  [
    "less than a fraction that it names",
    "max(share, 0.05)",
    ({ share }) => share > 0 && share < 0.05,
  ],
  ["a number with the same last digits", "n === 22", ({ share }) => share === 1022],
  ["a number between two roundings", "", ({ share }) => share === -2.5],
];

test.each(SOURCES)("%s is asked", (_what, source, meets) => {
  expect(made(source).some(meets)).toBe(true);
});

test("each character that is asked for stands in a text", () => {
  const characters = kindsOfCharacters();
  const all = made("", { count: 1000, characters })
    .map(({ text }) => text)
    .join("\n");
  expect(characters.filter((one) => !all.includes(one))).toEqual([]);
});

test("no more than so many, each fitting and none twice, long ones last and the same each time", () => {
  const inputs = made("/[a-c]{20}/ 12 345", { count: 30 });
  expect(inputs).toHaveLength(30);
  expect(inputs.filter((input) => !fitting(contract.input)(input))).toEqual([]);
  const lengths = inputs.map((input) => JSON.stringify(input).length);
  expect(new Set(inputs.map((input) => JSON.stringify(input))).size).toBe(30);
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  expect(made("/[a-c]{20}/ 12 345", { count: 30 })).toEqual(inputs);
});
