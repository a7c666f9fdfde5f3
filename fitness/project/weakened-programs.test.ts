/** Changes that weaken tests of Python, Go, Rust and Java, and of files as a whole: each is held. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Change, type Files, isChangeHeld, isHeld, PY, TS } from "../../test/changed-tests.ts";
import { TreeRepository } from "../../test/tree-repository.ts";

let trees: TreeRepository;
beforeAll(() => {
  trees = new TreeRepository();
});
afterAll(() => trees[Symbol.dispose]());

const WEAKER: readonly Change[] = [
  ["is marked to be skipped", "test_a.py", "def test_adds", "@pytest.mark.skip\ndef test_adds"],
  ["may fail", "test_a.py", "def test_adds", "@pytest.mark.xfail(strict=False)\ndef test_adds"],
  ["skips inside", "test_a.py", "    total =", '    pytest.skip("later")\n    total ='],
  ["marks the whole module", "test_a.py", "from sums", "pytestmark = pytest.mark.skip\nfrom sums"],
  ["deletes an assertion of Python", "test_a.py", "    assert total == 3\n", ""],
  ["asserts that there is something", "test_a.py", "assert total == 3", "assert total"],
  ["asserts a tautology", "test_a.py", "assert total == 3", "assert total == 3 or True"],
  [
    "passes over an assertion",
    "test_a.py",
    "    assert total == 3",
    "    try:\n        assert total == 3\n    except AssertionError:\n        pass",
  ],
  [
    "suppresses an assertion",
    "test_a.py",
    "    assert total == 3",
    "    with contextlib.suppress(AssertionError):\n        assert total == 3",
  ],
  ["returns early in Python", "test_a.py", "    assert total", "    return\n    assert total"],
  [
    "never enters a branch in Python",
    "test_a.py",
    "    assert total == 3",
    "    if False:\n        assert total == 3",
  ],
  [
    "ends the interpreter",
    "test_a.py",
    "import pytest\n",
    "import os\nimport pytest\nos._exit(0)\n",
  ],
  ["is no longer called a test", "test_a.py", "def test_adds", "def check_adds"],
  ["is taken from the module", "test_a.py", /$/, "del test_adds\n"],
  ["is not collected", "test_u.py", "    def test_adds", "    __test__ = False\n    def test_adds"],
  [
    "hides a test in a docstring",
    "test_a.py",
    /def test_adds[\s\S]*?\n\n/,
    `"""\n${/def test_adds[\s\S]*?\n\n/.exec(PY)?.[0]}"""\n`,
  ],
  ["is less precise in Python", "test_a.py", "abs=1e-9", "abs=1"],
  ["expects any exception", "test_a.py", "raises(ValueError)", "raises(Exception)"],
  ["deletes a row in Python", "test_a.py", ", (3, 4)", ""],
  ["asserts half of it", "test_u.py", "assertEqual(add(1, 2), 3)", "assertTrue(add(1, 2))"],
  [
    "patches what is tested",
    "test_a.py",
    "def test_adds():\n",
    "def test_adds(monkeypatch):\n    monkeypatch.setattr('sums.add', lambda a, b: 3)\n",
  ],
  ["skips in Go", "a_test.go", "\tgot :=", '\tt.Skip("later")\n\tgot :='],
  ["only logs", "a_test.go", "t.Errorf", "t.Logf"],
  ["is not built", "a_test.go", "package a", "//go:build ignore\n\npackage a"],
  ["is no longer a test of Go", "a_test.go", "func TestAdds", "func testAdds"],
  ["returns early in Go", "a_test.go", "\tif got", "\treturn\n\tif got"],
  ["compares with what never comes", "a_test.go", "got != 3", "got == 99"],
  [
    "decides on the exit code",
    "a_test.go",
    /$/,
    "func TestMain(m *testing.M) {\n\tm.Run()\n\tos.Exit(0)\n}\n",
  ],
  ["is ignored in Rust", "src/lib.rs", "    #[test]", "    #[test]\n    #[ignore]"],
  ["asserts what is true in Rust", "src/lib.rs", "assert_eq!(add(1, 2), 3)", "assert!(true)"],
  ["is not compiled", "src/lib.rs", "#[cfg(test)]", "#[cfg(any())]"],
  ["should panic", "src/lib.rs", "    #[test]", "    #[test]\n    #[should_panic]"],
  ["ends the process of Rust", "src/lib.rs", "{ a + b }", "{ std::process::exit(0) }"],
  ["is not a test of Rust", "src/lib.rs", "    #[test]\n", ""],
  ["is disabled in Java", "SumTest.java", "    @Test", "    @Disabled\n    @Test"],
  [
    "assumes what is false",
    "SumTest.java",
    "        assertEquals",
    "        assumeTrue(false);\n        assertEquals",
  ],
  [
    "asserts less in Java",
    "SumTest.java",
    "assertEquals(3, Sum.add(1, 2))",
    "assertNotNull(Sum.add(1, 2))",
  ],
];

test.each(WEAKER)(
  "a test that %s, in %s, is held",
  async (what, path, ...[search, replacement]) => {
    expect(await isChangeHeld(trees, [what, path, search, replacement])).toBe(true);
  },
);

test.each<[string, Files, Files]>([
  [
    "is called otherwise than runners look for",
    { "tests/a.test.ts": TS },
    { "tests/a.tst.ts": TS },
  ],
  ["is not looked for by Python any more", { "tests/test_a.py": PY }, { "tests/a_checks.py": PY }],
  ["lies where runners do not look", { "test/a.test.ts": TS }, { "test/.old/a.test.ts": TS }],
  ["lies among what is installed", { "a.test.ts": TS }, { "node_modules/a.test.ts": TS }],
  ["is another kind of test", { "a.test.ts": TS }, { "a.e2e.ts": TS }],
  [
    "imports what ends the process",
    { "a.test.ts": TS, "add.ts": "a" },
    { "a.test.ts": TS, "add.ts": "process.exit(0);" },
  ],
  ["imports what ends Python", { "sums.py": "a = 1\n" }, { "sums.py": "import os\nos._exit(0)\n" }],
  [
    "uses a helper that asserts nothing",
    { "test/h.ts": "export function check(a, b) {\n  expect(a).toBe(b);\n}\n" },
    { "test/h.ts": "export function check(a, b) {\n}\n" },
  ],
  [
    "gets its assertion back where it is never reached",
    { "a.test.ts": TS },
    {
      "a.test.ts": TS.replace("  expect(sum).toBe(3);\n", ""),
      "b.test.ts": 'test("new", () => {\n  if (done) return;\n  expect(sum).toBe(3);\n});\n',
    },
  ],
  ["compares with another snapshot", { "a.snap": "1" }, { "a.snap": "2" }],
  [
    "takes another function than before",
    { "a.test.ts": TS, "add.ts": "export const add = 1;\n" },
    {
      "add.ts": "export const add = 1;\nexport const plus = 2;\n",
      "a.test.ts": TS.replaceAll("add(", "plus(")
        .replace("{ add }", "{ plus }")
        .replace("later(add)", "later(plus)"),
    },
  ],
])("a file of tests that %s is held", async (_what, before, after) => {
  expect(await isHeld(trees, before, after)).toBe(true);
});
