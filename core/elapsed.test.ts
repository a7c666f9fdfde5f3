import { expect, test } from "bun:test";
import { elapsed } from "./elapsed.ts";

test.each([
  [-5, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 m"],
  [7_200_000, "2 h"],
  [200_000_000, "2 d"],
])("%d ms are %s", (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});
