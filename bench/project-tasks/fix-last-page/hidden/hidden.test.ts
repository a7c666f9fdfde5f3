import { expect, test } from "bun:test";
import { listText } from "./src/list.ts";
import { page, pageCount } from "./src/pages.ts";

test("a page that is not full counts", () => {
  const counts = [0, 1, 4, 5, 6, 10, 11].map((total) => pageCount(total, 5));
  expect(counts).toEqual([0, 1, 1, 1, 2, 2, 3]);
});

test("the last page has the rest", () => {
  expect(page([1, 2, 3, 4, 5], 3, 2)).toEqual({ items: [5], number: 3, of: 3 });
  expect(listText(["a", "b", "c"], 1, 2)).toBe("- a\n- b\npage 1 of 2");
});
