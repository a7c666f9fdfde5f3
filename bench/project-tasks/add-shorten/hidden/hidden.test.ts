import { expect, test } from "bun:test";
import { listOf } from "./src/list.ts";
import { indent, shorten } from "./src/text.ts";

test("a short text stays", () => {
  expect(shorten("harbour", 7)).toBe("harbour");
  expect(shorten("harbour", 20)).toBe("harbour");
  expect(shorten("", 3)).toBe("");
});

test("a long text is cut", () => {
  expect(shorten("harbour", 5)).toBe("harb…");
  expect(shorten("harbour", 6)).toBe("harbo…");
  expect(shorten("harbour", 1)).toBe("…");
});

test("the rest is there", () => {
  expect([indent("a", 1), listOf(["b"])]).toEqual([" a", "  b"]);
});
