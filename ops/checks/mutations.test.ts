import { expect, test } from "bun:test";
import { mutated, mutationsOf } from "./mutations.ts";

const told = (source: string): readonly string[] => mutationsOf(source).map((one) => one.told);

test.each([
  ["if (a) b = c;", ["a → !(a)"]],
  ["const x = a ? b : c;", ["a → !(a)"]],
  ["const x = a < b;", ["a < b → a <= b"]],
  ["const x = a === b;", ["a === b → a !== b"]],
  ["const x = a && b;", ["a && b → a || b"]],
  ["const x = !a;", ["!a → a"]],
  ["act(a);", ["act(a); → ;"]],
  ["await act(a);", ["await act(a); → ;"]],
  ["const x = 7;", ["7 → (8)", "7 → (6)"]],
  ["const x = true;", ["true → false"]],
  ['const x = "a";', ['"a" → ""']],
  [`const x = \`a\${b}\`;`, [`\`a\${b}\` → ""`]],
  ["const x = [a, b];", ["a, → nothing", ", b → nothing"]],
  ["const x = { a, ...b };", ["a, → nothing", ", ...b → nothing"]],
  ["function f(): boolean { return a; }", ["a → true", "a → false"]],
  ["function f(): string | undefined { return a; }", ['a → ""', "a → undefined"]],
  ["function f(): readonly string[] { return a; }", ["a → []"]],
  ["const f = (): number => a;", ["a → 0"]],
  ["const f = (a) => a > b;", ["a > b → true", "a > b → false", "a > b → a >= b"]],
])("in %s it makes %j", (source, expected) => {
  expect(told(source)).toEqual(expected);
});

test.each([
  ['import { a } from "b";', "an import"],
  ['export { a } from "b";', "what is exported on"],
  ['const x = import("a");', "an import that waits"],
  ['type A = "a" | 7;', "a type"],
  ['const x = a as "b";', "the type that a value is said to have"],
  ['const x = { "a-b": c.d };', "the key of the only property, which is dropped"],
])("of %s it leaves out %s", (source) => {
  expect(told(source).filter((one) => !one.endsWith("nothing"))).toEqual([]);
});

test("what a log is told, and that it is told, is left out", () => {
  expect(told('log.info("a", { b: 7 });').filter((one) => !one.endsWith("→ ;"))).toEqual([]);
  expect(told('this.#log.error("a");').filter((one) => !one.endsWith("→ ;"))).toEqual([]);
  expect(told('dialog.info("a");')).toContain('"a" → ""');
});

test("what a bug of ours would say is left out, and what a failure of a person says is not", () => {
  expect(told('throw new Error("a");')).toEqual([]);
  expect(told('throw new OrgError("a");')).toEqual(['"a" → ""']);
});

test.each([
  "const WAIT_MS = 7;",
  "const a = { waitSeconds: 7 };",
  "function f(limitMs = 7) {}",
  "const command = { helpOrder: 7 };",
])("how long something waits, and the place of a command, are left out: %s", (source) => {
  expect(told(source).filter((one) => one.startsWith("7"))).toEqual([]);
});

test("a return of EXIT.done is not replaced by 0, which is its value", () => {
  expect(told("function f(): number { return EXIT.done; }")).toEqual([]);
  expect(told("function f(): number { return EXIT.failed; }")).toEqual(["EXIT.failed → 0"]);
});

test("what is returned where the types allow no way is left out", () => {
  expect(told("function f(): number { return unreachable(a); }")).toEqual([]);
  expect(told("function f(): string { return other(a); }")).toEqual(['other(a) → ""']);
});

test("a name that only ends as a unit of time does is none", () => {
  expect(told("const MOST_ITEMS = 7;")).toEqual(["7 → (8)", "7 → (6)"]);
});

test("a mutation knows its line, and changes this place alone", () => {
  const source = "const a = 7;\nconst b = 7;\n";
  const [first, , third] = mutationsOf(source);
  expect([first?.line, third?.line]).toEqual([1, 2]);
  expect(third && mutated(source, third)).toBe("const a = 7;\nconst b = (8);\n");
});

test("a long place is shortened, and shown on one line", () => {
  const [first] = told(`act("${"a".repeat(99)}",\n  b);`);
  expect(first).toBe(`act("${"a".repeat(40)} … ${"a".repeat(16)}", b); → ;`);
});

test("a source with a mistake of its own has no mutations", () => {
  expect(told("const = ;")).toEqual([]);
});
