import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Input } from "./inputs-stage.ts";
import { nearInputs } from "./near-inputs.ts";

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

test("a text is turned around, doubled, broken, cut, made large and moved", () => {
  expect(near("abcd")).toEqual(["dcba", "abcd abcd", "ab-cd!", "ab", "ABCD", "  abcd"]);
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
