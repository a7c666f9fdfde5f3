/** Real runners in the real sandbox: what they print is what the readers read. */
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Toolchains } from "#platform/sandbox/toolchains.ts";
import { goLibrary } from "#test/go-library.ts";
import { TreeRepository } from "../../test/tree-repository.ts";
import { CheckedTree, type CheckRun } from "./run-checks.ts";

// Only against what hangs: on a new machine Go compiles its library first, which takes 22 s of processor time.
setDefaultTimeout(600_000);

const SECRET = "swordfish-4711";

let trees: TreeRepository;
/** Folders of the checkout that the check sees. */
let names: readonly string[] = [];
beforeEach(() => {
  trees = new TreeRepository();
  names = [];
});
afterEach(() => trees[Symbol.dispose]());

interface Surroundings {
  readonly signal?: AbortSignal;
  readonly toolchains?: Toolchains;
}

async function run(
  files: Readonly<Record<string, string>>,
  command: string,
  { signal = new AbortController().signal, toolchains }: Surroundings = {},
): Promise<CheckRun> {
  const source = { repository: await trees.repository(), tree: await trees.tree(files) };
  await using checked = new CheckedTree(source, {
    dependencies: { root: trees.folder, names },
    toolchains,
    cleaner: new TextCleaner([SECRET]),
    signal,
    note: () => undefined,
  });
  return await checked.run(command);
}

/** A program that imitates its runner; each is held where the user's version raises no such doubt. */
const FORGED: readonly (readonly [command: string, path: string, source: string, doubt: RegExp])[] =
  [
    [
      "bun test",
      "a.test.ts",
      'import { test } from "bun:test";\ntest("a", () => { console.error("(pass) forged\\n\\n 2 pass\\n 0 fail\\nRan 2 tests across 1 file. [1ms]"); });\n',
      /^bun test (?:ends 2 times|names more)/,
    ],
    [
      "bun test",
      "a.test.ts",
      'import { test } from "bun:test";\ntest("a", () => { console.error("(pass) forged"); process.exit(0); });\n',
      /^bun test names tests and does not end/,
    ],
    [
      "python3 -m unittest -v test_a",
      "test_a.py",
      'import sys, unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        sys.stderr.write("ok\\nforged (test_a.T.forged) ... ok\\ntest_a (test_a.T.test_a) ... ")\n',
      /^unittest names more/,
    ],
    [
      "python3 -m pytest -q",
      "test_a.py",
      'import atexit\natexit.register(lambda: print("= short test summary info =\\nPASSED forged\\n1 passed in 0.01s", flush=True))\ndef test_a(): pass\n',
      /^pytest ends 2 times/,
    ],
    [
      "node a.test.mjs",
      "a.test.mjs",
      'import { test } from "node:test";\ntest("a", () => { console.log("ok 7 - forged"); });\n',
      /^TAP has more results/,
    ],
  ];

const named = ({ tests }: CheckRun): readonly string[] =>
  tests.map(({ name, status }) => `${status} ${name}`).sort();

const NODE = `import { test } from "node:test";
import assert from "node:assert";
test("good", () => {});
test("bad", () => assert.equal(1, 2));
test("later", { skip: true }, () => {});
`;
const PYTHON = `import unittest
class T(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.assertEqual(1, 2)
    @unittest.skip("later")
    def test_later(self): pass
`;
const GO = `package a
import "testing"
func TestGood(t *testing.T) {}
func TestBad(t *testing.T) { t.Error("no") }
func TestLater(t *testing.T) { t.Skip() }
`;
const lacks = (...paths: readonly string[]): boolean => !paths.every((path) => existsSync(path));
const PYTEST = ["/usr/lib/python3/dist-packages/pytest", "/usr/bin/python3"];

test("a check writes beside its dependencies, as bundlers and runners do, and the user's folders stay as they are", async () => {
  const modules = join(trees.folder, "node_modules/left-pad");
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(modules, "index.js"), "pad\n");
  const command =
    "test ! -e node_modules/.vite && mkdir node_modules/.vite && echo x > node_modules/.vite/results.json && echo y >> node_modules/left-pad/index.js && echo z > made.txt";
  names = ["node_modules"];
  for (let count = 0; count < 2; count += 1) {
    expect(await run({ "a.txt": "a\n" }, command)).toMatchObject({ exit: 0 });
    expect(readdirSync(join(trees.folder, "node_modules"))).toEqual(["left-pad"]);
    expect(readFileSync(join(modules, "index.js"), "utf8")).toBe("pad\n");
  }
});

describe("the tests by name of", () => {
  test("bun test", async () => {
    const files = {
      "a.test.ts": NODE.replace("node:test", "bun:test").replaceAll(", { skip: true }", ""),
    };
    const check = await run({ ...files, "bunfig.toml": "" }, "bun test");
    expect(check).toMatchObject({ exit: 1, stopped: null, command: "bun test" });
    expect(named(check)).toContain("failed a.test.ts > bad");
    expect(check.doubts).toEqual([]);
  });

  test.skipIf(lacks("/usr/bin/node"))("node --test, also behind npm", async () => {
    const scripts = JSON.stringify({ scripts: { test: "node --test" } });
    const command = existsSync("/usr/bin/npm") ? "npm run --silent test" : "node --test";
    const check = await run({ "a.test.mjs": NODE, "package.json": scripts }, command);
    expect(named(check)).toEqual(["failed bad", "passed good", "skipped later"]);
    expect(check.doubts).toEqual([]);
    expect(check.exit).toBe(1);
  });

  test.skipIf(lacks("/usr/bin/python3"))("unittest", async () => {
    const check = await run(
      { "tests/test_a.py": PYTHON },
      "python3 -m unittest discover -v -s tests",
    );
    expect(named(check)).toEqual([
      "failed test_a.T.test_bad",
      "passed test_a.T.test_good",
      "skipped test_a.T.test_later",
    ]);
    expect(check.doubts).toEqual([]);
  });

  test.skipIf(lacks(...PYTEST))("pytest, which is asked for all of them", async () => {
    const check = await run({ "tests/test_a.py": PYTHON }, "python3 -m pytest -q");
    expect(named(check)).toEqual([
      "failed tests/test_a.py::T::test_bad",
      "passed tests/test_a.py::T::test_good",
    ]);
    expect(check.doubts).toEqual([]);
  });

  test.skipIf(lacks("/usr/local/go/bin/go"))(
    "go test, which is asked for all of them",
    async () => {
      const check = await run(
        { "a_test.go": GO, "go.mod": "module example.org/a\n" },
        "go test -vet=off ./...",
        { toolchains: await goLibrary() },
      );
      expect(named(check)).toEqual([
        "failed example.org/a TestBad",
        "passed example.org/a TestGood",
        "skipped example.org/a TestLater",
      ]);
      expect(check.doubts).toEqual([]);
    },
  );

  test.skipIf(lacks("/usr/bin/make"))("what make calls", async () => {
    const files = {
      Makefile: "test:\n\tbun test\n",
      "a.test.ts": 'import { test } from "bun:test";\ntest("a", () => {});\n',
    };
    expect(named(await run(files, "make test"))).toEqual(["passed a.test.ts > a"]);
  });
});

test.each(FORGED)(
  "%s that runs %s which imitates it is doubted",
  async (command, path, ...[source, doubt]) => {
    const program = { python3: PYTEST[0], node: "/usr/bin/node" }[command.split(" ")[0] ?? ""];
    if (program !== undefined && lacks(program)) return;
    const check = await run({ [path]: source }, command);
    expect(check.exit).toBe(0);
    expect(check.doubts).toContainEqual(expect.stringMatching(doubt));
  },
);

const REPORT =
  '<testsuite name="a"><testcase classname="a" name="good"/><testcase classname="a" name="bad"><failure/></testcase></testsuite>';

describe("the report files of a check", () => {
  const write = (...paths: readonly string[]): string =>
    paths.map((path) => `mkdir -p "$(dirname ${path})"; cat r.txt > ${path}`).join("; ");

  test("name its tests, wherever it writes them, and do not stand in what it printed", async () => {
    const command = `echo before; ${write("target/surefire-reports/TEST-a.xml", "/tmp/b.xml")}; printf last; exit 3`;
    const check = await run({ "r.txt": REPORT }, command);
    expect(check).toMatchObject({ exit: 3, tail: "before\nlast", doubts: [] });
    expect(check.tests).toEqual([
      { name: "a > good", status: "passed", isReported: true },
      { name: "a > bad", status: "failed", isReported: true },
    ]);
  });

  test("are not those of the tree, of other runs and of folders of the user", async () => {
    mkdirSync(join(trees.folder, "node_modules"), { recursive: true });
    names = ["node_modules"];
    const files = { "r.txt": REPORT, "build/test-results/old.xml": REPORT, "old.xml": REPORT };
    const check = await run(files, write("node_modules/a.xml", "plan.txt"));
    expect(check).toMatchObject({ exit: 0, tests: [], doubts: [], tail: "" });
    expect(await run(files, "true")).toMatchObject({ tests: [] });
  });

  test("are doubted where they are broken or too large", async () => {
    const broken = await run({ "r.txt": `<!DOCTYPE a>${REPORT}` }, write("a.xml"));
    expect(broken.tests).toEqual([]);
    expect(broken.doubts).toEqual([expect.stringMatching(/document type/)]);
    const many = `head -c 7000000 /dev/zero | tr '\\0' x > x; for i in 1 2 3 4 5; do cat r.txt x > $i.xml; done`;
    const check = await run({ "r.txt": REPORT }, many);
    expect(check).toMatchObject({ exit: 0, tests: [] });
    expect(check.doubts).toEqual([expect.stringMatching(/larger than 32 MiB/)]);
  });

  test("hide nothing that is printed behind an imitation of them", async () => {
    const mark = "$(tr '\\n\\0' ' \\n' < /proc/$PPID/cmdline | sed -n 6p)";
    const forged = `mark="${mark}"; { printf '%s\\n' "$mark"; cat r.txt; } | gzip -c | base64 -w 0 > packed`;
    const command = `${forged}; printf '%s\\n' "$mark"; cat packed; printf '\\nend\\n'; cat t.txt; exit 1`;
    const files = {
      "r.txt": REPORT,
      "t.txt": "TAP version 13\nnot ok 1 - adds\n1..1\n# tests 1\n# fail 1\n",
    };
    const check = await run(files, command);
    expect(check.tests).toEqual([{ name: "adds", status: "failed" }]);
    expect(check.doubts).toContainEqual(expect.stringMatching(/imitates the end/));
  });

  test("may be as many as a large project has classes", async () => {
    const many =
      "i=0; while [ $i -lt 4000 ]; do printf '<testsuite><testcase name=\"%s\"/></testsuite>' $i > $i.xml; i=$((i+1)); done";
    expect((await run({ a: "" }, many)).tests).toHaveLength(4000);
  });

  test("are read where there is one alone", async () => {
    expect((await run({ "r.txt": REPORT }, write("one.xml"))).tests).toHaveLength(2);
  });

  test("of pytest hold what it prints, too", async () => {
    if (lacks(...PYTEST)) return;
    const check = await run(
      { "tests/test_a.py": PYTHON },
      "python3 -m pytest -q --junitxml=report.xml",
    );
    expect(named(check)).toEqual([
      "failed tests.test_a.T > test_bad",
      "failed tests/test_a.py::T::test_bad",
      "passed tests.test_a.T > test_good",
      "passed tests/test_a.py::T::test_good",
      "skipped tests.test_a.T > test_later",
    ]);
  });

  test("of a check that ends its own shell are none", async () => {
    expect(await run({ "r.txt": REPORT }, `${write("a.xml")}; kill -9 $PPID`)).toMatchObject({
      exit: 137,
      tests: [],
    });
  });
});

describe("a check", () => {
  test("tells the end of what it printed, clean, in the order in which it came", async () => {
    const command = `printf 'x%.0s' $(seq 5000); echo; echo out; sleep 0.2; printf '\\033[31m${SECRET}\\033[0m\\n' >&2`;
    const { tail } = await run({ a: "" }, command);
    expect(tail.length).toBeLessThanOrEqual(2000);
    expect(tail).toContain("xx\nout\n");
    expect(tail).not.toContain(SECRET);
    expect(tail).not.toContain("\u001b");
  });

  test("has no network, no home of the user, and the tree at /workspace", async () => {
    const command =
      'pwd; test ! -e /root/.ssh && ! (exec 3<>/dev/tcp/1.1.1.1/53) 2>/dev/null; test "$HOME" = /work';
    expect(await run({ a: "" }, `bash -c '${command}'`)).toMatchObject({
      exit: 0,
      tail: "/workspace",
    });
  });

  test("has names of tests without secrets in them", async () => {
    const source = `import { test } from "bun:test";\ntest("is ${SECRET}", () => {});\n`;
    const check = await run({ "a.test.ts": source }, "bun test");
    expect(named(check)).toHaveLength(1);
    expect(named(check).join()).not.toContain(SECRET);
  });

  test("is stopped by the limits that its user set for it, and others are not", async () => {
    // Memory is looked at now and then: what has it keeps it for a while.
    const large = `python3 -c 'import time; x = bytearray(200 * 1024 * 1024); time.sleep(5)'`;
    const slow = "sleep 8";
    const source = { repository: await trees.repository(), tree: await trees.tree({ a: "" }) };
    await using checked = new CheckedTree(source, {
      dependencies: { root: trees.folder, names },
      cleaner: new TextCleaner(),
      signal: new AbortController().signal,
      note: () => undefined,
      limits: [
        { command: slow, wallMs: 2000 },
        { command: large, memoryBytes: 128 * 1024 * 1024 },
      ],
    });
    expect(await checked.run(slow)).toMatchObject({ stopped: "wall", exit: null });
    expect(await checked.run(`${slow}; true`)).toMatchObject({ stopped: null, exit: 0 });
    if (lacks("/usr/bin/python3")) return;
    expect(await checked.run(large)).toMatchObject({ stopped: "memory" });
    expect(await checked.run(`${large} `)).toMatchObject({ stopped: null, exit: 0 });
  });

  test("ends when its signal aborts", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 500);
    await expect(run({ a: "" }, "sleep 600", { signal: stop.signal })).rejects.toThrow("enough");
  });
});
