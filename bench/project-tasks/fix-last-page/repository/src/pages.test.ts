import { expect, test } from "bun:test";
import { page, pageCount } from "./pages.ts";

test("full pages are counted", () => {
  expect(pageCount(10, 5)).toBe(2);
  expect(pageCount(0, 5)).toBe(0);
});

test("a page has its entries", () => {
  expect(page(["a", "b", "c", "d"], 2, 2)).toEqual({ items: ["c", "d"], number: 2, of: 2 });
});
