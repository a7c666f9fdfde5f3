import { expect, test } from "bun:test";
import { contractSchema } from "#tools/contract/spec.ts";
import { fitting } from "./schema.ts";
import { unforeseenInputs } from "./unforeseen-inputs.ts";

const contract = contractSchema.parse({
  name: "cut",
  description: "Cuts a text.",
  input: {
    type: "object",
    properties: {
      text: { type: "string", maxLength: 20_000 },
      most: { type: "integer", minimum: 1, maximum: 10_000_000 },
      lines: { type: "array", items: { type: "string" }, maxItems: 300 },
    },
    required: ["text"],
    additionalProperties: false,
  },
  output: { type: "string" },
});
const cases = [{ input: { text: "some words", most: 3, lines: ["a"] }, output: "som" }];
const made = (count: number, seed = 1) =>
  unforeseenInputs({ contract, cases, source: "/(\\w+\\s?)+$/" }, { count, seed }) as {
    text: string;
    most?: number;
    lines?: string[];
  }[];

test("all of them fit, none comes twice, and the same are made for the same seed", () => {
  const inputs = made(300);
  expect(inputs.every(fitting(contract.input))).toBe(true);
  expect(new Set(inputs.map((input) => JSON.stringify(input))).size).toBe(inputs.length);
  expect(made(300)).toEqual(inputs);
});

test("texts have every size between 30 and the longest that the schema allows", () => {
  const lengths = made(2000).map(({ text }) => text.length);
  for (const [least, most] of [
    [30, 60],
    [200, 400],
    [500, 899],
    [2101, 5000],
    [15_000, 20_000],
  ]) {
    expect(lengths.some((length) => length >= (least ?? 0) && length <= (most ?? 0))).toBe(true);
  }
  expect(lengths).toContain(20_000);
});

test.each<[string, RegExp]>([
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Han", /\p{Script=Han}/u],
  ["Arabic", /\p{Script=Arabic}/u],
  ["a lone surrogate", /\p{Cs}/u],
  ["a line break between words", /\w\n\w/],
  ["a tab between words", /\w\t\w/],
])("texts hold %s", (_name, pattern) => {
  expect(made(2000).some(({ text }) => pattern.test(text))).toBe(true);
});

test("integers have every order of magnitude that the schema allows", () => {
  const values = made(2000).map(({ most = 0 }) => most);
  for (const power of [10, 100, 1000, 10_000, 100_000, 1_000_000]) {
    expect(values.some((value) => value >= power && value < power * 10)).toBe(true);
  }
});

test("where the cases have brackets, they are nested as deep as the program counts, and deeply in any case", () => {
  const bracketed = [{ input: { text: "f(a, (b))" }, output: "f" }];
  const source = "if (depth > 350) throw new Error();";
  const about = { contract, cases: bracketed, source };
  const texts = unforeseenInputs(about, { count: 400, seed: 1 }).map((input) =>
    String(Object(input).text),
  );
  for (const depth of [200, 351]) expect(texts).toContain("(".repeat(depth) + ")".repeat(depth));
  expect(texts.some((text) => text.includes("["))).toBe(false);
  expect(made(400).some(({ text }) => text.includes("(("))).toBe(false);
});
