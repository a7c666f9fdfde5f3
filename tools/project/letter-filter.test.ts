import { expect, test } from "bun:test";
import fc from "fast-check";
import { LetterFilter } from "./letter-filter.ts";

const mayBeIn = (filter: LetterFilter, text: string) => {
  const bytes = Buffer.from(`xx${text}yy`);
  return filter.mayBeIn(bytes, 2, bytes.length - 2);
};

test("a name with none of the beginnings is told apart", () => {
  const filter = new LetterFilter(["invoic", "ord", "ui"]);
  expect(mayBeIn(filter, "Invoice-12.ts")).toBe(true);
  expect(mayBeIn(filter, "my-orders.ts")).toBe(true);
  expect(mayBeIn(filter, "gui")).toBe(true);
  expect(mayBeIn(filter, "shipment-12.ts")).toBe(false);
  expect(mayBeIn(filter, "u")).toBe(false);
});

test("a text that holds one of them, in whichever letters, is never passed over", () => {
  const word = fc.string({ minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, word, (words, a, b) => {
      const filter = new LetterFilter(words);
      for (const one of words) {
        expect(mayBeIn(filter, `${a}${one}${b}`)).toBe(true);
        expect(mayBeIn(filter, `${a}${one.toUpperCase()}${b}`)).toBe(true);
      }
    }),
  );
});
