/** Changes that weaken tests of JavaScript and TypeScript: each is held. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Change, isChangeHeld, TS } from "../../test/changed-tests.ts";
import { TreeRepository } from "../../test/tree-repository.ts";

let trees: TreeRepository;
beforeAll(() => {
  trees = new TreeRepository();
});
afterAll(() => trees[Symbol.dispose]());

const WEAKER: readonly Change[] = [
  ["skips a test", "a.test.ts", 'test("adds"', 'test.skip("adds"'],
  ["leaves one test alone", "a.test.ts", 'test("adds"', 'test.only("adds"'],
  ["makes a test a plan", "a.test.ts", 'test("adds"', 'test.todo("adds"'],
  ["skips by index", "a.test.ts", 'test("adds"', 'test["skip"]("adds"'],
  ["skips on a condition", "a.test.ts", 'test("adds"', 'test.skipIf(true)("adds"'],
  ["runs on a condition", "a.test.ts", 'test("adds"', 'test.if(false)("adds"'],
  ["expects a failure", "a.test.ts", 'test("adds"', 'test.failing("adds"'],
  ["deletes an assertion", "a.test.ts", "  expect(sum).toBe(3);\n", ""],
  ["comments an assertion out", "a.test.ts", "  expect(sum)", "  // expect(sum)"],
  [
    "comments a test out",
    "a.test.ts",
    /test\("adds"[\s\S]*?\n\}\);\n/,
    `/*\n${/test\("adds"[\s\S]*?\n\}\);\n/.exec(TS)?.[0]}*/\n`,
  ],
  [
    "hides a test in a text",
    "a.test.ts",
    /test\("adds"[\s\S]*?\n\}\);\n/,
    `const old = \`\n${/test\("adds"[\s\S]*?\n\}\);\n/.exec(TS)?.[0]}\`;\n`,
  ],
  ["expects that there is something", "a.test.ts", "toBe(3)", "toBeDefined()"],
  ["expects another value", "a.test.ts", "toBe(3)", "toBe(4)"],
  ["compares a value with itself", "a.test.ts", "expect(sum).toBe(3)", "expect(sum).toBe(sum)"],
  ["expects what is true", "a.test.ts", "expect(sum).toBe(3)", "expect(true).toBe(true)"],
  [
    "adds what is true to a new test",
    "a.test.ts",
    /$/,
    'test("new", () => {\n  expect(true).toBe(true);\n});\n',
  ],
  ["expects the opposite", "a.test.ts", "expect(sum).toBe", "expect(sum).not.toBe"],
  ["returns early", "a.test.ts", "  expect(sum)", "  return;\n  expect(sum)"],
  [
    "returns early on a condition",
    "a.test.ts",
    "  expect(sum)",
    '  if (process.env["CI"]) return;\n  expect(sum)',
  ],
  [
    "never enters a branch",
    "a.test.ts",
    "  expect(sum).toBe(3);",
    "  if (false) {\n    expect(sum).toBe(3);\n  }",
  ],
  [
    "catches what an assertion throws",
    "a.test.ts",
    "  expect(sum).toBe(3);",
    "  try {\n    expect(sum).toBe(3);\n  } catch {}",
  ],
  ["ends the process", "a.test.ts", /$/, "process.exit(0);\n"],
  [
    "ends the process by another name",
    "a.test.ts",
    /$/,
    'import { exit } from "node:process";\nexit(0);\n',
  ],
  ["expects any error", "a.test.ts", "toThrow(TypeError)", "toThrow()"],
  ["is less precise", "a.test.ts", "0.3, 5", "0.3, 0"],
  ["moves a threshold", "a.test.ts", "toBeGreaterThan(1)", "toBeGreaterThan(-100)"],
  ["does not wait for a promise", "a.test.ts", "await expect(later", "expect(later"],
  ["tries again until it passes", "a.test.ts", "});\ntest.each", "}, { retry: 50 });\ntest.each"],
  [
    "replaces what is tested",
    "a.test.ts",
    '\ntest("adds"',
    '\nmock.module("./add.ts", () => ({ add: () => 3 }));\ntest("adds"',
  ],
  ["lets a snapshot write itself", "a.test.ts", "toBe(3)", "toMatchSnapshot()"],
  ["deletes a row", "a.test.ts", "  [4, 5, 9],\n", ""],
  ["makes a stricter claim that is false", "a.test.ts", "toBeGreaterThan(1)", "toBe(0)"],
  ["makes a truth a falsehood", "a.test.ts", "toBeTruthy()", "toBe(false)"],
  [
    "tests a variable of its own",
    "a.test.ts",
    "expect(sum).toBe(3)",
    "const three = 3;\n  expect(three).toBe(3)",
  ],
  [
    "gives the variable another value",
    "a.test.ts",
    /const sum = add\(1, 2\);\n {2}expect\(sum\)/,
    "const total = 3;\n  expect(total)",
  ],
  [
    "is skipped by its options",
    "a.test.mjs",
    'test("adds", ',
    'test("adds", { skip: process.env.CI }, ',
  ],
  ["compares loosely", "a.test.mjs", "assert.strictEqual(add", "assert.equal(add"],
  ["asserts what is true", "a.test.mjs", "assert.strictEqual(add(1, 2), 3)", "assert.ok(true)"],
];

test.each(WEAKER)(
  "a test that %s, in %s, is held",
  async (what, path, ...[search, replacement]) => {
    expect(await isChangeHeld(trees, [what, path, search, replacement])).toBe(true);
  },
);
