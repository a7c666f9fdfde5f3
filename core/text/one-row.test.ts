import { expect, test } from "bun:test";
import { oneRow } from "./one-row.ts";

test.each([
  [" a \n\n b\t", "a b"],
  ["a\u0085b\u2028c", "a b c"],
  ["\r\n", ""],
  ["as it is", "as it is"],
])("%j is the row %j", (text, row) => {
  expect(oneRow(text)).toBe(row);
});
