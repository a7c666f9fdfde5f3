import { expect, test } from "bun:test";
import { columnsOf } from "./columns.ts";

test("columns are as wide as their widest cell, and rows end with their text", () => {
  expect(
    columnsOf([
      ["name", "size", "state"],
      ["a", "12345", ""],
      ["longer", "1", "new"],
    ]),
  ).toEqual(["name    size   state", "a       12345", "longer  1      new"]);
});

test("a column that is empty in one row and missing in another is left out", () => {
  expect(columnsOf([["a", "", "c"], ["ccc"]])).toEqual(["a    c", "ccc"]);
});

test("a column without any text is left out, and no row is no line", () => {
  expect(
    columnsOf([
      ["a", "", "b"],
      ["cc", "", "d"],
    ]),
  ).toEqual(["a   b", "cc  d"]);
  expect(columnsOf([])).toEqual([]);
  expect(columnsOf([["a", "b"], ["ccc"]])).toEqual(["a    b", "ccc"]);
});
