import { expect, test } from "bun:test";
import { capitalize, countWords } from "./index.ts";

test("words", () => {
  expect(capitalize("tea")).toBe("Tea");
  expect(countWords(" one  two ")).toBe(2);
});
