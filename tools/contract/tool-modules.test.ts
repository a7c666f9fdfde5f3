import { expect, test } from "bun:test";
import { helpersOf, isHelperName } from "./tool-modules.ts";

test("a module of a tool is a plain name, and neither a test nor a declaration of types", () => {
  for (const name of ["words.ts", "a1.ts", "my-words.ts", "my_words.ts"]) {
    expect(isHelperName(name)).toBe(true);
  }
  for (const name of [
    "tool.ts",
    "tool.test.ts",
    "x.d.ts",
    "X.ts",
    ".ts",
    "a.js",
    "../a.ts",
    "a.tsx",
  ]) {
    expect(isHelperName(name)).toBe(false);
  }
});

test("what stands beside a tool comes in the order of names", () => {
  const files = new Map([
    ["tool.ts", "0"],
    ["b.ts", "2"],
    ["a.ts", "1"],
    ["tool.test.ts", "3"],
  ]);
  expect([...helpersOf({ name: "x", files })]).toEqual([
    ["a.ts", "1"],
    ["b.ts", "2"],
  ]);
});
