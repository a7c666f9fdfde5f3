import { expect, test } from "bun:test";
import { echoed } from "./echoed.ts";

test("a text stands in quotes, up to 80 characters of it, and no half of one", () => {
  expect(echoed("")).toBe('""');
  expect(echoed("a b")).toBe('"a b"');
  expect(echoed("a".repeat(80))).toBe(`"${"a".repeat(80)}"`);
  expect(echoed("a".repeat(81))).toBe(`"${"a".repeat(80)}"`);
  expect(echoed(`${"a".repeat(79)}😀`)).toBe(`"${"a".repeat(79)}"`);
});
