import { expect, test } from "bun:test";
import fc from "fast-check";
import { mapTexts } from "./map-texts.ts";

test("every text changes, at any depth, and nothing else", () => {
  const value = { a: "x", b: [1, "x", { c: ["x", null, true] }], x: 0 };
  const changed = { a: "y", b: [1, "y", { c: ["y", null, true] }], x: 0 };
  expect(mapTexts(value, (text) => text.replace("x", "y"))).toEqual(changed);
});

test("data in which nothing changes is the very same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(mapTexts(value, (text) => text)).toBe(value);
    }),
  );
});
