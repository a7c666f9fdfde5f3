import { expect, test } from "bun:test";
import fc from "fast-check";
import { short } from "./job-text.ts";

test("a long text is cut behind a word, a long word within", () => {
  expect(short("one\n two")).toBe("one two");
  const text = "Sends an HTTP request that may change something. Domains that it may reach ask.";
  expect(short(text)).toBe("Sends an HTTP request that may change something. Domains…");
  expect(short("x".repeat(99))).toBe(`${"x".repeat(59)}…`);
});

test("whatever is cut is one row of at most 60 characters, and no half of one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const cut = short(text);
      expect(cut.length).toBeLessThanOrEqual(60);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});
