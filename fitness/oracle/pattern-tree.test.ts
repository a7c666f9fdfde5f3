import { expect, test } from "bun:test";
import fc from "fast-check";
import { type PatternPart, patternTree } from "./pattern-tree.ts";

/** The tree in one line: characters as they are, repetitions as `part{least,most}`. */
function treeText(part: PatternPart): string {
  switch (part.kind) {
    case "character":
      return part.source;
    case "sequence":
      return part.parts.map(treeText).join(" ");
    case "choice":
      return `<${part.parts.map(treeText).join(" or ")}>`;
    case "repeat":
      return `${treeText(part.part)}{${part.least},${part.most}}`;
    case "group":
      return `(${part.names.join("=")}: ${treeText(part.part)})`;
    case "look":
      return `look(${treeText(part.part)})`;
    case "back":
      return `back to ${part.name}`;
  }
}

test.each([
  ["a+b*c?", "a{1,Infinity} b{0,Infinity} c{0,1}"],
  ["a{2}b{3,}c{,4}d{5,6}?", "a{2,2} b{3,Infinity} c{0,4} d{5,6}"],
  ["a++", "a{1,Infinity}"],
  ["a|bc|", "<a or b c or >"],
  ["^(a)(?:b)$", " (1: a) (: b) "],
  [
    "(?<one>x)(?P<two>y)(?P=two)\\1\\k<one>",
    "(1=one: x) (2=two: y) back to two back to 1 back to one",
  ],
  ["(?=a)(?!b)(?<=c)(?<!d)", "look(a) look(b) look(c) look(d)"],
  ["(?i)(?#words)a(?s-i:b)(?>c)", "  a (: b) (: c)"],
  ["(?(1)a|b)", "(: <a or b>)"],
  ["[^\\]a][]b][a-z]", "[^\\]a] [\\]b] [a-z]"],
  ["\\d\\.\\u{61}\\x41\\p{L}\\bz\\A", "\\d \\. \\u{61} \\x41 \\p{L}  z "],
  ["a)b", "<a or b>"],
  ["((a", "(1: (2: a))"],
])("%s is %s", (text, tree) => {
  expect(treeText(patternTree(text))).toBe(tree);
});

test("blanks and comments of a pattern over several lines mean nothing", () => {
  expect(treeText(patternTree("a + # one\n b\\ [ ]", true))).toBe("a{1,Infinity} b \\  [ ]");
});

test("every text is read to its end, and brackets without an end take no stack", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => void patternTree(text)));
  expect(() => patternTree("(".repeat(100_000))).not.toThrow();
});
