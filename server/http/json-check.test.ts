import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonProblem } from "./json-check.ts";

test("what JSON.stringify writes is well, whatever is in it", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
        if (jsonProblem(text) !== undefined) return false;
      }
      return true;
    }),
  );
});

const TWICE: readonly string[] = [
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '{"a" :1,\n"a"\t:2}',
  '[{"b":{"a":1,"a":2}}]',
  '{"\\"":1,"\\u0022":2}',
  '{"a":{"b":1},"c":[],"a":2}',
];
test.each(TWICE)("finds a name that an object has twice: %s", (text) => {
  expect(jsonProblem(text)).toContain("twice");
});

const ONCE: readonly string[] = [
  '{"a":"a","b":["a","a"]}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":1}]',
  '{"a":"\\"a\\":1,\\"a\\":2"}',
  '{"a":"{\\"a\\"","b":1}',
];
test.each(ONCE)("takes for no repetition what is none: %s", (text) => {
  JSON.parse(text);
  expect(jsonProblem(text)).toBeUndefined();
});

test("64 levels may be open, and no more", () => {
  expect(jsonProblem("[".repeat(64) + "]".repeat(64))).toBeUndefined();
  expect(jsonProblem("[".repeat(65) + "]".repeat(65))).toContain("64 deep");
  expect(jsonProblem('{"a":'.repeat(100_000))).toContain("64 deep");
  // One after the other is not one in the other.
  expect(jsonProblem(`[${"[],".repeat(100_000)}[]]`)).toBeUndefined();
});

test("finds nothing in what is not JSON, and reports nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]\\":, a') }), (text) => {
      const wrong = jsonProblem(text);
      return wrong === undefined || wrong.includes("twice");
    }),
  );
});
