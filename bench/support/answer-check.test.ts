import { expect, test } from "bun:test";
import fc from "fast-check";
import { isRight } from "./answer-check.ts";

test.each([
  ["12", 12],
  ["There are **12** of them.", 12],
  ["1,234,567", 1_234_567],
  ["1'234", 1234],
  ["1 234 rows", 1234],
  ["-0.35", -0.35],
  ["−4", -4],
  ["$12.50", 12.5],
  ["12.0", 12],
  ["12km", 12],
  ["the 7th line", 7],
  ["4*3=12.", 12],
  ["x: 10 200", 200],
])("a number is found in %j", (answer, number) => {
  expect(isRight({ answer: { number } }, answer)).toBe(true);
});

test.each([
  ["120", 12],
  ["112", 12],
  ["12.5", 12],
  ["2026-01-12", 12],
  ["12:30", 12],
  ["orders-12", 12],
  ["v12", 12],
  ["3-12", 12],
  ["1,012", 12],
  ["-12", 12],
  ["12", -12],
  ["12. rope\n13. lamp", 12],
  ["", 0],
])("no number of its own is found in %j", (answer, number) => {
  expect(isRight({ answer: { number } }, answer)).toBe(false);
});

test("every number is found however its thousands are separated", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.constantFrom("", ",", "'", " ", "_"),
      (number, separator) => {
        const written = number.toLocaleString("en").replaceAll(",", separator);
        expect(isRight({ answer: { number } }, `It is ${written}.`)).toBe(true);
        expect(isRight({ answer: { number: number + 1 } }, `It is ${written}.`)).toBe(false);
      },
    ),
  );
});

test("words count only as words of their own, in any case", () => {
  const answer = { contains: "Brot" };
  expect(isRight({ answer }, 'It is "brot".')).toBe(true);
  expect(isRight({ answer }, "Brötchen, Brote")).toBe(false);
  expect(isRight({ answer: { contains: "till.log" } }, "tillxlog")).toBe(false);
});

test("one of several words is enough", () => {
  const answer = { "any-of": ["noon", "twelve o'clock"] };
  expect(isRight({ answer }, "At noon.")).toBe(true);
  expect(isRight({ answer }, "At twelve O'CLOCK")).toBe(true);
  expect(isRight({ answer }, "In the afternoon")).toBe(false);
});

test("an answer that lists what must not stand there is wrong", () => {
  const check = { answer: { contains: "Brandt" }, unless: "Silva" };
  expect(isRight(check, "Brandt")).toBe(true);
  expect(isRight(check, "Brandt, Silva")).toBe(false);
});
