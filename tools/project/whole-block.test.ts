import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { processorMs } from "#test/processor-time.ts";
import { wholeBlock } from "./whole-block.ts";

function edited(file: string, search: string, text: string): string {
  const start = file.indexOf(search);
  const meant = wholeBlock(file, { start, end: start + search.length, text });
  return file.slice(0, meant.start) + meant.text + file.slice(meant.end);
}

const CART = `export function total(lines: Line[]): number {
  return lines.reduce((sum, { price }) => sum + price, 0);
}

export const names = (lines: Line[]) => lines.map((line) => \`{\${line.name}\`);
`;
const HEAD = "export function total(lines: Line[]): number";
const REST = CART.slice(CART.indexOf("\n\nexport const"));
const SUMS =
  "class A:\n    def sub(a, b):\n        x = a\n\n        return x + b\n\n    def two(a):\n        return a\n";

describe("the whole block goes", () => {
  test("where the head opens it, and the replacement closes it", () => {
    const whole = `${HEAD} { return lines.reduce((sum, { price, count }) => sum + price * count, 0); }`;
    expect(edited(CART, `${HEAD} {`, whole)).toBe(whole + REST);
    const lines = `${HEAD} {\n  // a } in a comment\n  return "}".length;\n}\n`;
    expect(edited(CART, `${HEAD} {\n`, lines)).toBe(lines.trimEnd() + REST);
  });

  test("where the brace stands behind the head in the file", () => {
    const whole = `${HEAD} { return 0; }`;
    expect(edited(CART, HEAD, whole)).toBe(whole + REST);
  });

  test("where a body stands on the line of a head that has an indented one", () => {
    expect(edited(SUMS, "    def sub(a, b):", "    def sub(a, b): return a - b")).toBe(
      "class A:\n    def sub(a, b): return a - b\n\n    def two(a):\n        return a\n",
    );
    expect(edited("def f(a):\n    return a", "def f(a):", "def f(a): return 1")).toBe(
      "def f(a): return 1",
    );
  });
});

describe("an edit is taken to the letter", () => {
  test.each<[what: string, file: string, search: string, text: string]>([
    ["that adds a line behind the head", CART, `${HEAD} {`, `${HEAD} {\n  log();`],
    ["that adds a whole block behind the head", CART, `${HEAD} {`, `${HEAD} {\n  if (a) { b(); }`],
    ["of another head", CART, `${HEAD} {`, "export function sum(): number {"],
    [
      "that adds another function",
      CART,
      "\nexport const",
      "\nexport function two() { return 2; }\nexport const",
    ],
    ["that adds a docstring", SUMS, "def two(a):", 'def two(a):\n        """Two."""'],
    ["that adds a comment", SUMS, "def two(a):", "def two(a):  # two"],
    ["that adds a type", SUMS, "def two(a)", "def two(a) -> int"],
    ["of a body on its own line", "if a: b\n    c\n", "if a:", "if a: d;"],
    ["whose braces do not close", "f() {\n", "f() {", "f() { }"],
  ])("%s", (_what, ...[file, search, text]) => {
    expect(edited(file, search, text)).toBe(file.replace(search, () => text));
  });
});

test("whatever is edited, what stands before it stays, and so does all behind its block", () => {
  const piece = fc.constantFrom("{", "}", "a", "\n", " ", '"', "'", "`", ":", "//", "  b\n");
  const textOf = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(textOf, textOf, textOf, (before, head, rest) => {
      const file = `${before}${head}${rest}`;
      const end = before.length + head.length;
      const edit = { start: before.length, end, text: `${head} { x }` };
      const meant = wholeBlock(file, edit);
      expect(meant.start).toBe(edit.start);
      expect(meant.end).toBeGreaterThanOrEqual(edit.start + head.trimEnd().length);
      expect(meant.end).toBeLessThanOrEqual(file.length);
    }),
  );
});

test("hostile files take a time that grows with their length alone", async () => {
  for (const piece of ["/*", '\\"', "\\'", "\\`", '"{', "`{", "//{\n", "{", "'\n"]) {
    const file = `f() {${piece.repeat(300_000)}`;
    expect(await processorMs(() => edited(file, "f() {", "f() { a(); }"))).toBeLessThan(3000);
  }
});

test("a brace counts behind a quotation mark that ends nothing", () => {
  const rust = "fn f<'a>(x: &'a str) {\n  g(x)\n}\nfn h() {}\n";
  const whole = "fn f<'a>(x: &'a str) { x }";
  expect(edited(rust, "fn f<'a>(x: &'a str) {", whole)).toBe(`${whole}\nfn h() {}\n`);
});
