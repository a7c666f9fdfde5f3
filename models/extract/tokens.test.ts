import { expect, test } from "bun:test";
import { Tokens } from "./tokens.ts";

const tokens = new Tokens(["<a>", "<ab>", "[x", "<a>>"]);

test("finds the longest token at a place", () => {
  expect(tokens.at("..<a>>", 2)).toBe("<a>>");
  expect(tokens.at("..<a>.", 2)).toBe("<a>");
  expect(tokens.at("..<a>.", 3)).toBe("");
});

test("finds the next token", () => {
  expect(tokens.find("a <b <ab> [x", 0)).toEqual({ index: 5, token: "<ab>" });
  expect(tokens.find("a <b <ab> [x", 6)).toEqual({ index: 10, token: "[x" });
  expect(tokens.find("a <b", 0)).toBeUndefined();
});

test("knows the beginning of a token from a whole one", () => {
  expect(tokens.isOpen("x <a", 2)).toBe(true);
  expect(tokens.isOpen("x <a>", 2)).toBe(true);
  expect(tokens.isOpen("x <ab>", 2)).toBe(false);
  expect(tokens.isOpen("x <b", 2)).toBe(false);
});

test("holds the text from where a token may have begun", () => {
  expect(tokens.holdFrom("hello <a", 0)).toBe(6);
  expect(tokens.holdFrom("hello <b", 0)).toBe(8);
  expect(tokens.holdFrom("<<", 0)).toBe(1);
});

test("no token at all is never found", () => {
  const none = new Tokens([]);
  expect([none.find("a", 0), none.at("a", 0), none.holdFrom("a", 0)]).toEqual([undefined, "", 1]);
});
