import { expect, test } from "bun:test";
import fc from "fast-check";
import { similarity } from "./similarity.ts";

test("the same words with other tags, case and punctuation are the same", () => {
  expect(similarity("@@agent Go on, please!", "@@python go on please")).toBe(1);
});

test("a small change stays similar, another text does not", () => {
  const text = "The lake is twelve metres deep at its northern end and much colder than last year";
  expect(similarity(text, `${text} indeed`)).toBeGreaterThan(0.9);
  expect(similarity(text, "I would rather talk about the weather")).toBeLessThan(0.2);
});

test("is symmetric, between 0 and 1, and 1 for equal texts", () => {
  fc.assert(
    fc.property(fc.lorem(), fc.lorem(), (a, b) => {
      expect(similarity(a, a)).toBe(1);
      expect(similarity(a, b)).toBe(similarity(b, a));
      expect(similarity(a, b)).toBeGreaterThanOrEqual(0);
      expect(similarity(a, b)).toBeLessThanOrEqual(1);
    }),
  );
});
