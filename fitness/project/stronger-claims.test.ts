import { describe, expect, test } from "bun:test";
import { combinations } from "#test/combinations.ts";
import { assertionsOf } from "./assertions.ts";
import { kindsOf } from "./code-text.ts";
import { isStronger } from "./stronger-claims.ts";

function claimOf(statement: string, path: string): string {
  const [found] = assertionsOf(statement, kindsOf(statement, path));
  if (found === undefined) throw new Error(`No assertion: ${statement}`);
  return found.claim;
}

const JS: readonly (readonly [before: string, after: string])[] = [
  ["expect(a).toBeTruthy()", "expect(a).toBe(3)"],
  ["expect(a).toBeFalsy()", "expect(a).toBe(0)"],
  ["expect(a).toBeDefined()", "expect(a).toEqual(null)"],
  ["expect(a).not.toBeUndefined()", 'expect(a).toBe("x")'],
  ["expect(a).not.toBeNull()", "expect(a).toStrictEqual(true)"],
  ["expect(a).toBeGreaterThan(1)", "expect(a).toBe(2)"],
  ["expect(a).toBeGreaterThanOrEqual(2)", "expect(a).toBe(2)"],
  ["expect(a).toBeLessThan(1)", "expect(a).toBe(-2)"],
  ["expect(a).toBeLessThanOrEqual(1)", "expect(a).toBe(1)"],
  ["expect(a).toMatchObject({ b: 1 })", "expect(a).toEqual({ b: 1 })"],
  ["expect(a).toEqual([1])", "expect(a).toStrictEqual([1])"],
  ["expect(a).toBeCloseTo(1.5)", "expect(a).toBeCloseTo(1.5, 4)"],
  ["expect(() => a()).toThrow()", 'expect(() => a()).toThrow("no")'],
  ["assert.equal(a, 1)", "assert.strictEqual(a, 1)"],
  ["assert(a)", "assert.strictEqual(a, 1)"],
];
const PYTHON: readonly (readonly [before: string, after: string])[] = [
  ["assert a", 'assert a == "x"'],
  ["assert a is not None", "assert a == 0"],
  ["self.assertTrue(a)", "self.assertEqual(a, 1)"],
];

describe("a claim is stronger than another", () => {
  test.each(JS)("%s, %s, and not the other way round", (before, after) => {
    expect(isStronger(claimOf(before, "a.ts"), claimOf(after, "a.ts"))).toBe(true);
    expect(isStronger(claimOf(after, "a.ts"), claimOf(before, "a.ts"))).toBe(false);
  });

  test.each(PYTHON)("%s, %s, in Python", (before, after) => {
    expect(isStronger(claimOf(before, "a.py"), claimOf(after, "a.py"))).toBe(true);
    expect(isStronger(claimOf(after, "a.py"), claimOf(before, "a.py"))).toBe(false);
  });
});

describe("a claim that was made to fit is not stronger", () => {
  test.each([
    ["expect(a).toBeTruthy()", "expect(a).toBe(false)"],
    ["expect(a).toBeTruthy()", 'expect(a).toBe("")'],
    ["expect(a).toBeTruthy()", "expect(a).toBe(a)"],
    ["expect(a).toBeFalsy()", "expect(a).toBe(1)"],
    ["expect(a).toBeDefined()", "expect(a).toBe(undefined)"],
    ["expect(a).not.toBeNull()", "expect(a).toBe(null)"],
    ["expect(a).toBeGreaterThan(1)", "expect(a).toBe(1)"],
    ["expect(a).toBeGreaterThan(limit)", "expect(a).toBe(1)"],
    ["expect(a).toBeLessThan(1)", "expect(a).toBe(1)"],
    ["expect(a).toBeTruthy()", "expect(b).toBe(3)"],
    ["expect(a).toBeTruthy()", "expect(a).not.toBe(3)"],
    ["expect(a).toMatchObject({ b: 1 })", "expect(a).toEqual({ b: 2 })"],
    ["expect(a).toBeCloseTo(1.5, 4)", "expect(a).toBeCloseTo(2.5, 9)"],
    ["expect(a).toContain(1)", "expect(a).toEqual([])"],
    ['expect(a).toThrow("no")', 'expect(a).toThrow("yes")'],
    ["expect(a).rejects.toThrow()", "expect(a).rejects.toThrow().catch(() => undefined)"],
    ["expect(a).toBeTruthy()", "expect(a).toBe(3) || (3)"],
    ["assert(a)", "assert.strictEqual(a, 0)"],
    ["assert.equal(a, 1)", "assert.strictEqual(a, 2)"],
  ])("%s, %s", (before, after) => {
    expect(isStronger(claimOf(before, "a.ts"), claimOf(after, "a.ts"))).toBe(false);
  });
});

test("of two claims that exact values make, none is stronger unless they are one", () => {
  const values = ["0", "1", "true", "null", '"x"', "b"];
  for (const [one, other] of combinations(values, values)) {
    const claims = [one, other].map((each) => claimOf(`expect(a).toBe(${each})`, "a.ts"));
    expect(isStronger(claims[0] ?? "", claims[1] ?? "")).toBe(one === other);
  }
});
