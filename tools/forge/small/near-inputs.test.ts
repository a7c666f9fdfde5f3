import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Input } from "./inputs-stage.ts";
import { inputsAtConstants, nearInputs } from "./near-inputs.ts";

/** The values that stand beside a given one, the sharpest change first. */
const near = (x: unknown) => nearInputs([{ x }]).map((input) => input["x"]);

test.each<[string, unknown, readonly unknown[]]>([
  ["a number", 5, [6, -5, 10, 2]],
  ["a truth", true, [false]],
  [
    "a list",
    [1, 2, 3],
    [
      [3, 2, 1],
      [2, 3],
      [1, 2, 3, 1],
    ],
  ],
  ["a list of nothing", [], [[], [], []]],
  ["an object", { a: 1 }, []],
  ["null", null, []],
])("%s is changed in its own ways", (_what, value, changed) => {
  expect(near(value)).toEqual([...changed]);
});

test("a text is turned around, mirrored, doubled, broken, cut, made large and moved", () => {
  expect(near("abcd")).toEqual([
    ...["dcba", "abcddcba", "ABCD, dcba!", "abcd abcd", "ab-cd!", "ab", "ABCD", "  abcd"],
  ]);
});

test("the constants of a program and the numbers beside them stand for a number", () => {
  const source = "if n >= 900 or n == 4.5 or x1 > 900:\n  return 'CM'";
  const numbers = inputsAtConstants({ n: 7, unit: "km" }, source).map(({ n }) => n);
  expect(numbers).toEqual([900, 4.5, 899, 3.5, 901, 5.5, 7]);
});

test("the texts of a program stand within a text, long ones do not", () => {
  const source = "text.replace('-', \"a longer text than any\").split(', ')";
  const texts = inputsAtConstants({ text: "Abc", n: true }, source).map(({ text }) => text);
  expect(texts).toEqual(["A-bc", "A, bc"]);
});

test("a program without constants has no inputs at them", () => {
  expect(inputsAtConstants({ n: 7, text: "a", list: [1] }, "return n * n")).toEqual([]);
});

test("a text is turned around by its characters, not by halves of them", () => {
  expect(near("a😀")[0]).toBe("😀a");
});

test("the sharpest change of every value comes before the second of any", () => {
  expect(nearInputs([{ a: 1, b: true }, { a: 4 }])).toEqual([
    { a: 2, b: true },
    { a: 1, b: false },
    { a: 5 },
    { a: -1, b: true },
    { a: -4 },
    { a: 2, b: true },
    { a: 8 },
    { a: 0, b: true },
    { a: 2 },
  ]);
});

test("no inputs, and inputs without values, have none near them", () => {
  expect(nearInputs([])).toEqual([]);
  expect(nearInputs([{}])).toEqual([]);
});

test("every near input differs from a given one in at most one value, and the given ones stay as they are", () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer()));
  const input = fc.dictionary(fc.constantFrom("a", "b", "c"), value);
  fc.assert(
    fc.property(fc.array(input, { maxLength: 4 }), (inputs) => {
      const before = structuredClone(inputs);
      for (const one of nearInputs(inputs)) {
        expect(inputs.some((given) => changed(given, one).length <= 1)).toBe(true);
      }
      expect(inputs).toEqual(before);
    }),
  );
});

/** Names of the values in which two inputs differ. */
function changed(one: Input, other: Input): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !Bun.deepEquals(one[name], other[name]));
}
