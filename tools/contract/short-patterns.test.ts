import { expect, test } from "bun:test";
import { withoutPatterns } from "./short-patterns.ts";

test.each([
  ["^abc$", 10_000_000],
  ["^a+$", 10_000_000],
  ["^[a-z*+]+(-[a-z]+)*$", 840],
  ["^\\+\\*a{2,5}$", 10_000_000],
  ["a{2,}b*", 14_000],
  ["a*a*a*a*", 220],
  ["a*".repeat(50), 60],
])("a text for %s has at most %d characters", (pattern, maxLength) => {
  expect(withoutPatterns({ type: "string", pattern })).toEqual({
    type: "string",
    maxLength,
  });
});

test("a smaller limit of the contract stays", () => {
  expect(withoutPatterns({ pattern: "a*b*", maxLength: 10 })).toEqual({ maxLength: 10 });
});

test("finds patterns wherever schemas are, and leaves data and names alone", () => {
  const short = { maxLength: 14_000 };
  const data = { pattern: "a*b*" };
  expect(
    withoutPatterns({
      properties: { pattern: { pattern: "a*b*" }, list: { items: { pattern: "a*b*" } } },
      anyOf: [{ pattern: "a*b*" }],
      const: data,
      enum: [data],
    }),
  ).toEqual({
    properties: { pattern: short, list: { items: short } },
    anyOf: [short],
    const: data,
    enum: [data],
  });
});
