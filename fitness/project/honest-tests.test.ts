/** Changes of tests that take nothing away: a hold would only be in the way. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Change, type Files, isChangeHeld, isHeld, PY, TS } from "../../test/changed-tests.ts";
import { TreeRepository } from "../../test/tree-repository.ts";

let trees: TreeRepository;
beforeAll(() => {
  trees = new TreeRepository();
});
afterAll(() => trees[Symbol.dispose]());

const HONEST: readonly Change[] = [
  ["adds a test", "a.test.ts", /$/, 'test("two", () => {\n  expect(add(2, 2)).toBe(4);\n});\n'],
  [
    "adds an assertion",
    "a.test.ts",
    "  expect(sum)",
    "  expect(add(0, 0)).toBe(0);\n  expect(sum)",
  ],
  [
    "renames a variable",
    "a.test.ts",
    /const sum([\s\S]*?)expect\(sum\)/,
    "const total = add(1, 2);\n  expect(total)",
  ],
  [
    "breaks a line",
    "a.test.ts",
    "expect(add(0.1, 0.2)).toBeCloseTo(0.3, 5);",
    "expect(\n    add(\n      0.1,\n      0.2,\n    ),\n  ).toBeCloseTo(0.3, 5);",
  ],
  [
    "breaks a chain",
    "a.test.ts",
    "expect(add(1, 1)).toBeGreaterThan(1)",
    "expect(add(1, 1))\n    .toBeGreaterThan(1)",
  ],
  [
    "uses other quotes, and no semicolons",
    "a.test.ts",
    'rejects.toThrow("no");',
    "rejects.toThrow('no')",
  ],
  [
    "puts tests into a group",
    "a.test.ts",
    /test\("adds"[\s\S]*$/,
    `describe("add", () => {\n${TS.slice(TS.indexOf('test("adds"')).replace(/^/gm, "  ")}\n});\n`,
  ],
  ["expects a value instead of something", "a.test.ts", "toBeTruthy()", "toBe(4)"],
  ["expects a value instead of a bound", "a.test.ts", "toBeGreaterThan(1)", "toBe(2)"],
  ["is more precise", "a.test.ts", "0.3, 5", "0.3, 8"],
  ["compares strictly", "a.test.ts", "toEqual(c)", "toStrictEqual(c)"],
  ["explains itself", "a.test.ts", "  expect(sum)", "  // One and two are three.\n  expect(sum)"],
  ["adds a row", "a.test.ts", "  [4, 5, 9],\n", "  [4, 5, 9],\n  [0, 0, 0],\n"],
  [
    "puts rows into one line",
    "a.test.ts",
    "[\n  [1, 2, 3],\n  [4, 5, 9],\n]",
    "[[1, 2, 3], [4, 5, 9]]",
  ],
  [
    "prepares and cleans up",
    "a.test.ts",
    '\ntest("adds"',
    '\nafterEach(async () => {\n  try {\n    await server.stop();\n  } catch {\n    // It was not running.\n  }\n});\ntest("adds"',
  ],
  [
    "has a helper that returns",
    "a.test.ts",
    "  const sum = ",
    "  const one = (): number => {\n    return 1;\n  };\n  const sum = ",
  ],
  ["imports another file", "a.test.ts", "./add.ts", "../src/add.ts"],
  [
    "adds a test with a spy",
    "a.test.ts",
    /$/,
    'test("two", () => {\n  const spy = spyOn(sums, "add").mockReturnValue(4);\n  expect(run()).toBe(4);\n});\n',
  ],
  [
    "swaps two assertions",
    "a.test.ts",
    /( {2}expect\(sum\).*\n)(.*\n)/,
    "  expect(add(0.1, 0.2)).toBeCloseTo(0.3, 5);\n  expect(sum).toBe(3);\n",
  ],
  [
    "tests a helper in a try with an assertion behind",
    "a.test.ts",
    /$/,
    'test("two", () => {\n  let seen = "";\n  try {\n    add();\n  } catch (error) {\n    seen = String(error);\n  }\n  expect(seen).toBe("no");\n});\n',
  ],
  ["says more when it fails", "a.test.mjs", "add(1, 2), 3)", 'add(1, 2), 3, "one and two")'],
  ["compares strictly in Node", "a.test.mjs", "assert.equal(add(2", "assert.strictEqual(add(2"],
  ["adds a test of Python", "test_a.py", /$/, "\ndef test_zero():\n    assert add(0, 0) == 0\n"],
  [
    "asserts a value instead of something",
    "test_a.py",
    "assert add(2, 2)\n",
    "assert add(2, 2) == 4\n",
  ],
  [
    "breaks a line of Python",
    "test_a.py",
    "assert total == 3",
    "assert (\n        total == 3\n    )",
  ],
  ["says more in Python", "test_a.py", "assert total == 3", 'assert total == 3, f"got {total}"'],
  [
    "renames a variable of Python",
    "test_a.py",
    "total = add(1, 2)\n    assert total",
    "got = add(1, 2)\n    assert got",
  ],
  ["adds a row in Python", "test_a.py", "(3, 4)]", "(3, 4), (0, 0)]"],
  [
    "adds a fixture that returns",
    "test_a.py",
    "def test_adds",
    "@pytest.fixture\ndef one():\n    return 1\n\ndef test_adds",
  ],
  [
    "asserts equality by its name",
    "test_u.py",
    "assertTrue(add(2, 2) == 4)",
    "assertEqual(add(2, 2), 4)",
  ],
  [
    "asserts in the way of pytest",
    "test_u.py",
    "self.assertEqual(add(1, 2), 3)",
    "assert add(1, 2) == 3",
  ],
  ["documents a test", "test_u.py", "self):\n", 'self):\n        """Adds."""\n'],
  [
    "adds a test of Go",
    "a_test.go",
    /$/,
    '\nfunc TestZero(t *testing.T) {\n\tif Add(0, 0) != 0 {\n\t\tt.Fatal("no")\n\t}\n}\n',
  ],
  ["says more in Go", "a_test.go", '"got %d", got', '"Add(1, 2) = %d, want 3", got'],
  ["stops at once", "a_test.go", "t.Errorf", "t.Fatalf"],
  ["renames a variable of Go", "a_test.go", /got/g, "sum"],
  [
    "adds a test of Rust",
    "src/lib.rs",
    "    #[test]",
    "    #[test]\n    fn zero() {\n        assert_eq!(add(0, 0), 0);\n    }\n\n    #[test]",
  ],
  ["asserts equality in Rust", "src/lib.rs", "assert!(add(2, 2) == 4)", "assert_eq!(add(2, 2), 4)"],
  [
    "breaks a line of Rust",
    "src/lib.rs",
    "assert_eq!(add(1, 2), 3);",
    'assert_eq!(\n            add(1, 2),\n            3,\n            "sums"\n        );',
  ],
  [
    "adds a test of Java",
    "SumTest.java",
    "    @Test",
    "    @Test\n    void zero() {\n        assertEquals(0, Sum.add(0, 0));\n    }\n\n    @Test",
  ],
  [
    "breaks a line of Java",
    "SumTest.java",
    "assertEquals(3, Sum",
    "assertEquals(\n            3,\n            Sum",
  ],
];

test.each(HONEST)(
  "a test that %s, in %s, is let through",
  async (what, path, ...[search, replacement]) => {
    expect(await isChangeHeld(trees, [what, path, search, replacement])).toBe(false);
  },
);

test.each<[string, Files, Files]>([
  ["moves", { "a.test.ts": TS }, { "test/unit/a.test.ts": TS }],
  ["moves, and another gets its tests", { "test_a.py": PY }, { "tests/test_sums.py": PY }],
  ["is new", {}, { "a.test.ts": TS, "test/helper.ts": "export const one = 1;\n" }],
  [
    "is new, with a replaced module",
    {},
    { "b.test.ts": `mock.module("./net.ts", () => ({}));\n${TS}` },
  ],
  ["gets new data", {}, { "test/data/in.txt": "1" }],
  [
    "follows a function with another name",
    { "a.test.ts": TS, "add.ts": "export const add = 1;\n" },
    {
      "add.ts": "export const plus = 1;\n",
      "a.test.ts": TS.replaceAll("add(", "plus(")
        .replace("{ add }", "{ plus }")
        .replace("later(add)", "later(plus)"),
    },
  ],
])("a file of tests that %s is let through", async (_what, before, after) => {
  expect(await isHeld(trees, before, after)).toBe(false);
});
