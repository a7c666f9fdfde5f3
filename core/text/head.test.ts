import { expect, test } from "bun:test";
import fc from "fast-check";
import { headOf } from "./head.ts";

test("a text that is short enough stays as it is", () => {
  expect(headOf("abc", 3)).toBe("abc");
  expect(headOf("", 0)).toBe("");
});

test("a character that takes two is kept or left out", () => {
  expect(headOf("a🚀b", 2)).toBe("a");
  expect(headOf("a🚀b", 3)).toBe("a🚀");
  expect(headOf("🚀", 1)).toBe("");
  expect(headOf("🚀", 0)).toBe("");
  expect(headOf("🚀", -1)).toBe("");
});

test("what is left is the beginning of the text, whole, and lacks one at most", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, most) => {
      const head = headOf(text, most);
      expect(text).toStartWith(head);
      expect(head.isWellFormed()).toBe(true);
      expect(head.length).toBeLessThanOrEqual(most);
      expect(head.length).toBeGreaterThanOrEqual(Math.min(text.length, most) - 1);
    }),
  );
});
