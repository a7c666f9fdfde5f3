import { describe, expect, test } from "bun:test";
import {
  lastingWishOf,
  offersOf,
  piecesOf,
  type RequestLine,
  saysYes,
  wishOf,
} from "./observer-wish.ts";

const lines = (count: number, sentence = "We ship on Fridays."): readonly RequestLine[] =>
  Array.from({ length: count }, (_, seq) => ({ seq, sentences: [sentence] }));
const sizes = (all: readonly RequestLine[]) => piecesOf(all).map(({ length }) => length);

describe("pieces", () => {
  test("hold sixteen lines at most, in their order", () => {
    expect(sizes([])).toEqual([]);
    expect(sizes(lines(16))).toEqual([16]);
    expect(sizes(lines(33))).toEqual([16, 16, 1]);
    expect(piecesOf(lines(33)).flat()).toEqual([...lines(33)]);
  });

  test("hold fewer where the lines are long, and at least one", () => {
    const long = "A long sentence says much. ".repeat(80);
    const [first = 0, ...others] = sizes(lines(8, long));
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThan(8);
    expect(others[0]).toBe(first);
    expect(sizes(lines(2, long.repeat(20)))).toEqual([1, 1]);
  });
});

test("a piece is asked about once, coldly, and only its sentences may be chosen", () => {
  const wish = wishOf([
    { seq: 3, sentences: ["One.", "Two."] },
    { seq: 5, sentences: ["Two."] },
  ]);
  expect(wish).toMatchObject({ tools: [], temperature: 0, maxTokens: 600 });
  expect(wish.messages.at(-1)).toEqual({
    role: "user",
    content: "The lines:\n- One. Two.\n- Two.\n",
  });
  const item = {
    type: "object",
    properties: {
      quote: { type: "string", enum: ["One.", "Two."] },
      kind: { type: "string", enum: ["fact", "procedure"] },
      text: { type: "string" },
    },
    required: ["quote", "kind", "text"],
    additionalProperties: false,
  };
  expect(wish.shape).toEqual({
    name: "observed",
    schema: {
      type: "object",
      properties: { items: { type: "array", maxItems: 4, items: item } },
      required: ["items"],
      additionalProperties: false,
    },
  });
});

test("whether one sentence lasts is asked behind examples, for a word", () => {
  const { messages, ...wish } = lastingWishOf("The gate is green.");
  expect(wish).toEqual({ tools: [], temperature: 0, maxTokens: 4 });
  expect(messages.at(-1)).toEqual({ role: "user", content: "The gate is green." });
  expect(messages.slice(1, -1).map(({ role }) => role)).toEqual(
    Array.from({ length: 28 }, (_, index) => (index % 2 === 0 ? "user" : "assistant")),
  );
});

test.each([
  ["yes", true],
  [" **Yes**, it does", true],
  ["YES.", true],
  ["yesterday", false],
  ["no", false],
  ["not yes", false],
  ["", false],
])("%j keeps a sentence: %p", (text, isYes) => {
  expect(saysYes(text)).toBe(isYes);
});

test("an answer offers four at most, and nothing that is not a quote", () => {
  const items = ["a", "b", "c", "d", "e"].map((quote) => ({ quote, kind: "procedure", text: "t" }));
  expect(offersOf(JSON.stringify({ items })).map(({ quote }) => quote)).toEqual([
    ...["a", "b", "c", "d"],
  ]);
  const odd = [{ quote: "a", kind: "rumour" }, { quote: 1, kind: "fact" }, null, "b"];
  expect(offersOf(`Here: ${JSON.stringify({ items: odd })}`)).toEqual([
    { quote: "a", kind: "fact" },
  ]);
  for (const text of ["", "none", '{"items": 1}', "[]"]) expect(offersOf(text)).toEqual([]);
});
