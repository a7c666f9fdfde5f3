import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { processorMs } from "#test/processor-time.ts";
import { TreeRepository } from "../../test/tree-repository.ts";
import { readTreeDiff } from "../gate/tree-diff.ts";
import { testSyntax } from "./test-syntax.ts";
import { trapsOf } from "./test-traps.ts";
import { weakenedTests } from "./weakened-tests.ts";

let trees: TreeRepository;
beforeEach(() => {
  trees = new TreeRepository();
});
afterEach(() => trees[Symbol.dispose]());

type Files = Readonly<Record<string, string>>;

async function messagesFor(before: Files, after: Files): Promise<readonly string[]> {
  const repository = await trees.repository();
  const [base, candidate] = [await trees.tree(before), await trees.tree(after)];
  const changes = await readTreeDiff(repository, base, candidate);
  const rules = { cleaner: new TextCleaner(), signal: AbortSignal.timeout(600_000) };
  const findings = await weakenedTests({ repository, base, candidate, changes }, rules);
  return findings.map(({ severity, text }) => `${severity}: ${text}`);
}

const PRESERVED = { keep: "x" };
const BUN = 'test("adds", () => {\n  expect(add(1, 2)).toBe(3);\n});\n';

describe("a candidate", () => {
  test("that adds tests, or changes what is not one, is let through", async () => {
    expect(
      await messagesFor(
        { "a.test.ts": BUN },
        { "a.test.ts": `${BUN}${BUN.replace("adds", "two")}` },
      ),
    ).toEqual([]);
    expect(await messagesFor({ "a.ts": "expect(1)" }, { "a.ts": "" })).toEqual([]);
    expect(
      await messagesFor(
        { "test/data/in.txt": "a", ...PRESERVED },
        { "test/data/in.txt": "a", "test/data/b.txt": "", ...PRESERVED },
      ),
    ).toEqual([]);
  });

  test("that moves its tests to another file is let through", async () => {
    expect(
      await messagesFor(
        { "a.test.ts": BUN, ...PRESERVED },
        { "test/b.test.ts": BUN, ...PRESERVED },
      ),
    ).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ["a.test.ts", BUN, 'import "bun:test";\n', '"adds"'],
    ["a.test.ts", BUN, BUN.replace(/^/gm, "// "), '"adds"'],
    ["tests/test_a.py", "def test_adds():\n    pass\n", "", '"test_adds"'],
    ["a_test.go", "func TestAdds(t *testing.T) {\n}\n", "package a\n", '"TestAdds"'],
    ["src/lib.rs", "#[test]\n#[should_panic]\nfn adds() {}\n", "fn adds() {}\n", '"adds"'],
    ["src/test/java/ATest.java", "@Test\nvoid adds() {}\n", "void adds() {}\n", '"adds"'],
  ])("that takes a test out of %s is held", async (path, before, ...[after, names]) => {
    const found = await messagesFor({ [path]: before }, { [path]: after });
    expect(found[0]).toBe(`held: "${path}" no longer has the tests ${names}.`);
  });

  test.each<[string, string, string]>([
    ["a.test.ts", 'test.skip("b", () => {});\n', "test.skip"],
    ["a.test.ts", 'describe.only("b", () => {});\n', "describe.only"],
    ["a.spec.js", 'xit("b", () => {});\n', "xit"],
    ["a.test.mjs", 'test("b", { todo: true }, () => {});\n', "todo"],
    ["test_a.py", "@pytest.mark.xfail\ndef test_b(): pass\n", "@pytest.mark.xfail"],
    ["test_a.py", '@unittest.skipIf(True, "x")\ndef test_b(self): pass\n', "@unittest.skipIf"],
    ["a_test.go", "\tt.Skip()\n", "t.Skip"],
    ["tests/a.rs", "#[ignore]\n", "#[ignore"],
    ["ATest.java", '@Disabled("x")\n', "@Disabled"],
  ])("that puts a marker into %s is held: %j", async (path, line, marker) => {
    expect(await messagesFor({ [path]: "x\n" }, { [path]: `x\n${line}` })).toEqual([
      `held: "${path}" keeps tests from counting with ${JSON.stringify(marker)}.`,
    ]);
  });

  test.each<[string, string, string, string]>([
    ["a.test.ts", BUN, BUN.replace("toBe(3)", "toBe(4)"), "expect(add(1, 2)).toBe(3);"],
    ["a.test.ts", BUN, BUN.replace(/\n {2}expect.*\n/, "\n"), "expect(add(1, 2)).toBe(3);"],
    [
      "test_a.py",
      "def test_a():\n    assert add(1, 2) == 3\n",
      "def test_a():\n    add(1, 2)\n",
      "assert add(1, 2) == 3",
    ],
    ["a_test.go", '\tt.Errorf("no")\n', "\treturn\n", 't.Errorf("no")'],
  ])(
    "that changes an assertion of %s is held with what it was",
    async (path, before, ...[after, line]) => {
      expect(await messagesFor({ [path]: before }, { [path]: after })).toEqual([
        `held: "${path}" lacks 1 assertion as it was before: ${JSON.stringify(line)}.`,
      ]);
    },
  );

  test("that removes a file of tests, a helper of theirs or an expectation is held", async () => {
    expect(await messagesFor({ "a.test.ts": BUN, ...PRESERVED }, PRESERVED)).toEqual([
      'held: "a.test.ts" no longer has the tests "adds".',
      'held: "a.test.ts" lacks 1 assertion as it was before: "expect(add(1, 2)).toBe(3);".',
    ]);
    expect(await messagesFor({ "test/helper.ts": "x", ...PRESERVED }, PRESERVED)).toEqual([
      'held: "test/helper.ts" belonged to the tests and is removed.',
    ]);
    expect(
      await messagesFor({ "a.snap": "1", "testdata/out.txt": "a" }, { "testdata/out.txt": "b" }),
    ).toEqual([
      'held: "a.snap" is removed, and tests compare with it or read it.',
      'held: "testdata/out.txt" changes, and tests compare with it or read it.',
    ]);
  });

  test.each([
    ["x = f()  # type: ignore\n", "x = g()  # type: ignore\n"],
    ["// biome-ignore lint/a: why\nx\n", "// biome-ignore lint/a: why not\nx\n"],
    ["// eslint-disable-next-line a -- why\n", "// eslint-disable-next-line a\n"],
  ])(
    "that keeps what silences a checker, and changes the rest of %j, is let through",
    async (before, after) => {
      for (const path of ["a.ts", "a.py"])
        expect(await messagesFor({ [path]: before }, { [path]: after })).toEqual([]);
      expect(
        await messagesFor({ "a.ts": before, ...PRESERVED }, { "b.ts": after, ...PRESERVED }),
      ).toEqual([]);
    },
  );

  test.each([
    "# noqa",
    "# type: ignore[attr]",
    "# pragma: no cover",
    "# nosec",
    "//nolint:errcheck",
    "#[allow(dead_code)]",
    "#![allow(clippy::all)]",
    "/* eslint-disable */",
    "// @ts-expect-error",
    "// @ts-nocheck",
    "@SuppressWarnings",
    "// NOLINT",
    "# rubocop:disable all",
    "// deno-lint-ignore",
    "/* istanbul ignore next */",
  ])("that adds %s is held", async (line) => {
    expect(await messagesFor({ "a.rs": "x\n" }, { "a.rs": `x\n${line}\n` })).toHaveLength(1);
    expect(await messagesFor({ "a.md": "x\n" }, { "a.md": `x\n${line}\n` })).toEqual([]);
  });

  test("that silences a checker is held, with each line", async () => {
    const after = "// @ts-ignore\nconst a: number = 'x'; // eslint-disable-line\n";
    expect(await messagesFor({ "a.ts": "x\n" }, { "a.ts": `x\n${after}` })).toEqual([
      'held: "a.ts" gets 2 comments to silence a checker: "@ts-ignore", "eslint-disable-line".',
    ]);
  });
});

test("a method with the name of a marker is not one", () => {
  expect(testSyntax("model.fit(x)\nlist.only(1)\n", "a.test.ts").markers).toEqual([]);
});

test.each(["a.test.ts", "test_a.py", "a_test.go", "a.rs"])(
  "a hostile file is read in a time that grows with its length alone: %s",
  async (path) => {
    const lines = [
      "test.".repeat(400),
      "it(`".repeat(500),
      "@pytest.mark.skip".repeat(110),
      " ".repeat(2000),
      "expect".repeat(300),
      "if (x) return; {".repeat(100),
      "/[".repeat(500),
      "try {".repeat(100),
      "test.each(a)(".repeat(100),
      "`${".repeat(300),
      "expect(".repeat(200),
      "    try:",
      "        return",
      "    except x:",
    ];
    const text = `${`${lines.join("\n")}\n`.repeat(100)}${"test(".repeat(200_000)}`;
    const spentMs = await processorMs(() => trapsOf(text, path, testSyntax(text, path).assertions));
    expect(spentMs).toBeLessThan(5000);
  },
);
