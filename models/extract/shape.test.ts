import { expect, test } from "bun:test";
import fc from "fast-check";
import { blanks, either, name, optional, quote, shape, space, type Verdict } from "./shape.ts";

const call = shape(space, quote, name, quote, blanks, optional(":", "::"), space, ["{", "[["]);

test.each<[text: string, verdict: Verdict]>([
  [' "f": {', "yes"],
  ["f :: [[", "yes"],
  ["f\n\n{", "yes"],
  ["f(", "no"],
  ["f [1", "no"],
  ["f x {", "no"],
  ["{", "no"],
  ["", "more"],
  ["  ", "more"],
  ["fun", "more"],
  ["f:", "more"],
  ["f [", "more"],
])("%j: %s", (text, verdict) => {
  expect(call(text, 0)).toBe(verdict);
});

test("a name may be of any script, and not without end", () => {
  expect(shape(name, ["{"])("获取天气{", 0)).toBe("yes");
  expect(shape(name, ["{"])("x".repeat(200), 0)).toBe("no");
});

test("one of several shapes is enough, and all must fail", () => {
  const both = either(shape(["abc"]), shape(["abd", "x"]));
  expect([both("abd", 0), both("ab", 0), both("b", 0)]).toEqual(["yes", "more", "no"]);
});

test("a verdict never changes with more text", () => {
  const text = fc.array(fc.constantFrom("f", " ", '"', ":", "{", "[", "\n", "x("), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const whole = parts.join("");
      const verdicts = Array.from({ length: whole.length + 1 }, (_, i) =>
        call(whole.slice(0, i), 0),
      );
      const decided = verdicts.filter((verdict) => verdict !== "more");
      expect(new Set(decided).size).toBeLessThanOrEqual(1);
      const first = verdicts.findIndex((verdict) => verdict !== "more");
      if (first >= 0) expect(verdicts.slice(first)).not.toContain("more");
    }),
  );
});
