import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  ExpressionError,
  evaluate,
  evaluateCondition,
  referencesIn,
  type Scope,
} from "./expression.ts";
import { fromCel, toCel } from "./values.ts";
import type { Json } from "./workflow.ts";

const scope: Scope = new Map<string, Json>([
  ["inputs", { n: 2, price: 2.5, names: ["b", "a"], none: null }],
  ["list", { output: { count: 3, items: [{ map: 1 }, { map: 4 }] }, ok: true }],
]);

/** A list of ten lists of ten lists, so deep, in a few hundred characters. */
function bomb(depth: number): string {
  const ten = (name: string) => `[${Array.from({ length: 10 }, () => name).join(",")}]`;
  const levels = Array.from({ length: depth }, (_, at) => at);
  const inner = levels.reduceRight(
    (body, at) => `cel.bind(b${at + 1}, ${ten(`b${at}`)}, ${body})`,
    `b${depth}`,
  );
  return `cel.bind(b0, 1, ${inner})`;
}

describe("values", () => {
  test("any JSON comes back as it went in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // fast-check's JSON is ours, but for `readonly`.
        const json = value as Json;
        expect(fromCel(toCel(json))).toEqual(json);
      }),
    );
  });

  test.each([
    ["9007199254740993", "number"],
    ["1.0 / 0.0", "number"],
    ["b'bytes'", "no word"],
    ["type(1)", "no word"],
  ])("%s is not JSON", (expression, why) => {
    expect(() => evaluate(expression, scope)).toThrow(why);
  });

  test("a time is its ISO text", () => {
    expect(evaluate("timestamp('2026-01-02T03:04:05Z')", scope)).toBe("2026-01-02T03:04:05.000Z");
  });
});

describe("evaluate", () => {
  test.each<[string, Json]>([
    ["inputs.n + 1", 3],
    // JSON knows one kind of number, CEL two: they have to get along.
    ["inputs.n * inputs.price", 5],
    ["inputs.price - inputs.n", 0.5],
    ["1 + 0.5", 1.5],
    ["0.5 + 1", 1.5],
    ["3 - 0.5", 2.5],
    ["0.5 * 4", 2],
    ["1 / 2.0", 0.5],
    ["3.0 / 2", 1.5],
    ["inputs.n == 2.0", true],
    ["inputs.names.map(name, name + '!')", ["b!", "a!"]],
    ["size(inputs.names)", 2],
    ["has(inputs.missing) ? 1 : 0", 0],
    ["json('{\"a\": [1, 2.5]}').a[0] + 1", 2],
    ['quote("it\'s")', "'it'\\''s'"],
    ["{'a': 1, 'b': 'x'}", { a: 1, b: "x" }],
    // A name of ours hides the type of CEL, also where the same name is a field or is bound.
    ["'abc'.matches('^a.c$')", true],
    ["list.output.items.filter(x, x.map > 1).map(list, list.map)", [4]],
    ["type(inputs.n) == int", true],
    ["$list.output.count + 1", 4],
    ["'$list' + \"$5\"", "$list$5"],
    ["cel.bind(x, inputs.n, x * x)", 4],
  ])("%s", (expression, value) => {
    expect(evaluate(expression, scope)).toEqual(value);
  });

  test.each([
    ["inputs.nope", "No such key: nope"],
    ["nope.x", "Unknown variable: nope"],
    ["constructor", "Unknown variable: constructor"],
    ["inputs.constructor", "No such key: constructor"],
    ["inputs.__proto__", "No such key: __proto__"],
    ["inputs.names[7]", "out of bounds"],
    ["inputs.n +", "Unexpected token"],
    ["inputs.n.map(x,", "Unexpected token"],
    ["json('{')", "JSON"],
    ["'aaa'.matches(inputs.names[0])", "has to be written out"],
    ["inputs.names.map(a, a.map(b, b.map(c, c.map(d, d))))", "loops"],
  ])("%s fails, and the error names it", (expression, why) => {
    expect(() => evaluate(expression, scope)).toThrow(why);
    expect(() => evaluate(expression, scope)).toThrow(expression);
  });

  test("a small expression gives no huge value", () => {
    expect(() => evaluate(bomb(12), scope)).toThrow("more than 2097152 characters");
  });

  test("does not read a book", () => {
    expect(() => evaluate("1+".repeat(4000), scope)).toThrow("4096 are allowed");
  });

  test("a condition is true or false and nothing else", () => {
    expect(evaluateCondition("inputs.n > 1", scope)).toBe(true);
    expect(() => evaluateCondition("inputs.n", scope)).toThrow(
      "It gives 2 instead of true or false",
    );
  });

  test("whatever is written, it is a value or an error with a reason", () => {
    const word = fc.constantFrom(
      ..."inputs list . n ( ) [ ] { } ' \" + ? : $ 1 map x , && ! r".split(" "),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          evaluate(words.join(""), scope);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
    );
  });
});

test("references are the names that an expression does not bind itself", () => {
  const text =
    "a.b.all(x, x > c.output) && has(d.e) && cel.bind(z, 1, z + q) == [m][0] && {'k': n}.k";
  const found = referencesIn(text).map(({ name, field }) => [name, field]);
  expect(found).toEqual([
    ["a", "b"],
    ["c", "output"],
    ["d", "e"],
    ["q", undefined],
    ["m", undefined],
    ["n", undefined],
  ]);
});
