import { expect, test } from "bun:test";
import { pumpedTexts } from "./pumped-texts.ts";

test.each<[string, string, string]>([
  ["a class", "const a = /^[\\w.]+@/;", "aaaa"],
  ["a group that is repeated", "/^(a+)+$/", "aaaa"],
  ["digits", "text.match(/(\\d+)*x/)", "1111"],
  ["blanks", "text.replace(/\\s+$/, '')", "    "],
  ["a pattern of Python", 'WORD = re.compile(r"(x+x+)+y")', "xxxx"],
])("%s of a pattern is repeated, and ends in what does not match", (_name, source, piece) => {
  const texts = pumpedTexts(source, 30_000);
  expect(texts.some((text) => text.startsWith(piece) && text.length > 1000)).toBe(true);
  expect(texts.every((text) => text.length <= 30_001)).toBe(true);
});

test("a program without patterns gives none", () => {
  expect(pumpedTexts("return a / b / c;", 100)).toEqual([]);
});
