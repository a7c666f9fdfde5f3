import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { casesOfExamples, examplesIn } from "./goal-examples.ts";

const readings = (goal: string) => examplesIn(goal).map(({ args, result }) => [args, result]);

describe("an example in a wish", () => {
  test.each([
    ['f(3) is "c"', [[3], "c"]],
    ['the third letter: f(3) -> "c".', [[3], "c"]],
    ["f(3) == 'c', please", [[3], "c"]],
    ['slug("  Hello, World 2!") is "hello-world-2".', [["  Hello, World 2!"], "hello-world-2"]],
    ["median([3, 1, 2]) = 2 and so on", [[[3, 1, 2]], 2]],
    ["divide(7, 2) gives 3.5.", [[7, 2], 3.5]],
    ["is_even(4) should be True", [[4], true]],
    ['count({"a": 1}) must return {"a": 1, "n": [null]}', [[{ a: 1 }], { a: 1, n: [null] }]],
    ["celsius to fahrenheit, 100 -> 212", [[100], 212]],
    ['"Hello" → 5', [["Hello"], 5]],
    ["[3, 1, 2] becomes [1, 2, 3]", [[[3, 1, 2]], [1, 2, 3]]],
    ["`f(-1)` of nothing, and `f(-1) is -2`", [[-1], -2]],
    ['say(“it”) is "it \\"is\\""', [["it"], 'it "is"']],
  ])("%j", (goal, reading) => {
    expect(readings(goal)).toEqual([reading]);
  });

  test("is one of several", () => {
    const goal = 'text(3723) is "1h 02m 03s", text(75) is "1m 15s", text(9) is "9s".';
    expect(readings(goal)).toEqual([
      [[3723], "1h 02m 03s"],
      [[75], "1m 15s"],
      [[9], "9s"],
    ]);
  });

  test.each([
    "the median of a list of numbers",
    "say whether a year is a leap year; 28 is short",
    "f(3) is not 4",
    "f(3) is 4 weeks",
    "f(3) is 4,5",
    "f(x) is 3",
    "version 2.28 -> 3 of it",
    "a -> b",
    'f("open is 3',
    "f([1, 2) is 3",
    "7 is 8",
  ])("is not in %j", (goal) => {
    expect(examplesIn(goal)).toEqual([]);
  });

  test("never makes anything of any text but what stands in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."f(3,'\"[]{}:1.-> is=\n\\") }), (goal) => {
        for (const { text } of examplesIn(goal)) expect(goal).toContain(text);
      }),
    );
  });

  test("gives its values back as they were written", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer(), (args, result) => {
        const goal = `f(${args.map((one) => JSON.stringify(one)).join(", ")}) is ${result}.`;
        expect(readings(goal)).toEqual([[args, result]]);
      }),
    );
  });
});

const contract = (input: object, output: object) => ({
  input: { type: "object", properties: input, required: Object.keys(input) },
  output: { type: "object", properties: output, required: Object.keys(output) },
});
const NUMBER = { type: "number" };
const LIST = { type: "array", items: NUMBER };

describe("the case of an example", () => {
  const casesFor = (goal: string, of: ReturnType<typeof contract>) =>
    casesOfExamples(examplesIn(goal), of);

  test("has the names of the contract", () => {
    expect(casesFor("f(7, 2) is 3.5", contract({ a: NUMBER, b: NUMBER }, { c: NUMBER }))).toEqual({
      ok: true,
      cases: [{ input: { a: 7, b: 2 }, output: { c: 3.5 } }],
    });
  });

  test("has a list for several values, and several values for a list", () => {
    expect(casesFor("mid(3, 1, 2) is 2", contract({ list: LIST }, { mid: NUMBER }))).toEqual({
      ok: true,
      cases: [{ input: { list: [3, 1, 2] }, output: { mid: 2 } }],
    });
    const two = contract({ a: NUMBER, b: NUMBER }, { sum: NUMBER, product: NUMBER });
    expect(casesFor("[7, 2] -> [9, 14]", two)).toEqual({
      ok: true,
      cases: [{ input: { a: 7, b: 2 }, output: { sum: 9, product: 14 } }],
    });
  });

  test("leaves out what is optional", () => {
    const of = {
      input: {
        ...contract({ text: { type: "string" }, mark: NUMBER }, {}).input,
        required: ["text"],
      },
      output: {
        ...contract({}, { slug: { type: "string" }, parts: NUMBER }).output,
        required: ["slug"],
      },
    };
    expect(casesOfExamples(examplesIn('slug("A b") is "a-b"'), of)).toEqual({
      ok: true,
      cases: [{ input: { text: "A b" }, output: { slug: "a-b" } }],
    });
  });

  test("is the result itself where the contract names no values", () => {
    const of = { input: contract({ list: LIST }, {}).input, output: NUMBER };
    expect(casesOfExamples(examplesIn("[3, 1] -> 2"), of)).toEqual({
      ok: true,
      cases: [{ input: { list: [3, 1] }, output: 2 }],
    });
  });

  test("is a complaint where the contract has other types, or more arguments", () => {
    const of = contract({ n: NUMBER }, { letter: NUMBER });
    expect(casesFor('f(3) is "c"', of)).toMatchObject({
      ok: false,
      complaint: expect.stringContaining('The user\'s example f(3) is "c" does not fit: letter:'),
    });
    expect(casesFor("f(3, 4) is 5", of)).toMatchObject({
      ok: false,
      complaint: "The user's example f(3, 4) is 5 does not fit: it has 2 arguments",
    });
  });
});
