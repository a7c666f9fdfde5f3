import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { processorMs } from "#test/processor-time.ts";
import { TreeRepository } from "../../test/tree-repository.ts";
import { readTreeDiff } from "../gate/tree-diff.ts";
import { calledFiles } from "./called-files.ts";

let trees: TreeRepository;
beforeEach(() => {
  trees = new TreeRepository();
});
afterEach(() => trees[Symbol.dispose]());

type Files = Readonly<Record<string, string>>;

interface Commands {
  readonly checks: readonly string[];
  readonly measure: string;
}

async function messagesFor(
  commands: readonly string[] | Commands,
  before: Files,
  changed: readonly string[],
) {
  const called = "measure" in commands ? commands : { checks: commands };
  const repository = await trees.repository();
  const after = { ...before, ...Object.fromEntries(changed.map((path) => [path, "changed"])) };
  const [base, candidate] = [await trees.tree(before), await trees.tree(after)];
  const changes = await readTreeDiff(repository, base, candidate);
  const signal = AbortSignal.timeout(600_000);
  const comparison = { repository, base, candidate, changes };
  const found = await calledFiles(comparison, { ...called, signal });
  return found.map(({ stage, severity, text }) => `${stage} ${severity}: ${text}`);
}

const scripts = (all: Files): Files => ({ "package.json": JSON.stringify({ scripts: all }) });

describe("a file that a check starts or loads is held:", () => {
  test.each<[path: string, by: string, checks: readonly string[], files: Files]>([
    ["check.sh", 'the check "sh check.sh"', ["sh check.sh"], {}],
    ["ci/run", 'the check "./ci/run --all"', ["./ci/run --all"], {}],
    ["tools/t.py", 'the check "A=1 python3 -u tools/t.py"', ["A=1 python3 -u tools/t.py"], {}],
    ["ci/all.py", 'the check "python3 -m ci.all"', ["python3 -m ci.all"], {}],
    ["ci/__main__.py", 'the check "python3 -m ci"', ["python3 -m ci"], {}],
    ["pre.ts", 'the check "bun test --preload ./pre.ts"', ["bun test --preload ./pre.ts"], {}],
    [
      "conf/x.cfg",
      'the check "cd a && pytest -c conf/x.cfg"',
      ["cd a && pytest -c conf/x.cfg"],
      {},
    ],
    ["own.make", 'the check "make -f own.make test"', ["make -f own.make test"], {}],
    [
      "scripts/run.js",
      '"package.json"',
      ["npm run --silent test"],
      scripts({ test: "node scripts/run.js" }),
    ],
    [
      "scripts/pre.js",
      '"package.json"',
      ["npm test"],
      scripts({ test: "x", pretest: "node scripts/pre" }),
    ],
    [
      "unit.sh",
      '"package.json"',
      ["bun run test"],
      scripts({ test: "npm run unit", unit: "bash ./unit.sh" }),
    ],
    ["lib/reg.js", '"package.json"', ["npm test"], scripts({ test: "mocha -r lib/reg.js" })],
    ["run-tests.sh", '"Makefile"', ["make test"], { Makefile: "test:\n\t@sh run-tests.sh\n" }],
    ["more/rules", '"Makefile"', ["make test"], { Makefile: "-include more/rules\ntest:\n" }],
    [
      "support/pre.ts",
      '"bunfig.toml"',
      ["bun test"],
      { "bunfig.toml": '[test]\npreload = [\n  "./support/pre.ts",\n]\n' },
    ],
    [
      "support/env.ts",
      '"vitest.config.ts"',
      ["x"],
      { "vitest.config.ts": 'export default { test: { setupFiles: ["./support/env.ts"] } };' },
    ],
    [
      "own-plugin.ts",
      '"vitest.config.ts"',
      ["x"],
      { "vitest.config.ts": 'import own from "./own-plugin";\n' },
    ],
    [
      "support/a.js",
      '"jest.config.js"',
      ["x"],
      { "jest.config.js": 'module.exports = { globalSetup: "<rootDir>/support/a.js" };' },
    ],
    [
      "own/checks.py",
      '"pytest.ini"',
      ["pytest"],
      { "pytest.ini": "[pytest]\naddopts = -p own.checks\n" },
    ],
    [
      "helpers/fix.py",
      '"conftest.py"',
      ["pytest"],
      { "conftest.py": 'pytest_plugins = ["helpers.fix"]\n' },
    ],
    [
      "make/build.rs",
      '"Cargo.toml"',
      ["cargo test"],
      { "Cargo.toml": '[package]\nbuild = "make/build.rs"\n' },
    ],
    [
      "a/own.js",
      '"a/package.json"',
      ["npm test -w a"],
      { "a/package.json": '{"scripts":{"test":"node own.js"}}' },
    ],
    ["ci/run.sh", 'the check "cd ci && ./run.sh"', ["cd ci && ./run.sh"], {}],
    ["web/own.mk", 'the check "make -C web -f own.mk"', ["make -C web -f own.mk"], {}],
    ["all.sh", "the check \"bash -lc 'sh all.sh'\"", ["bash -lc 'sh all.sh'"], {}],
    [
      "env.js",
      '"package.json"',
      ["x"],
      { "package.json": '{"jest":{"setupFiles":["<rootDir>/env.js"]}}' },
    ],
    ["run.py", '"tox.ini"', ["tox"], { "tox.ini": "[testenv]\ncommands =\n    python run.py\n" }],
    [
      "it.sh",
      '"Taskfile.yml"',
      ["task test"],
      { "Taskfile.yml": "tasks:\n  test:\n    cmds:\n      - sh it.sh\n" },
    ],
    [
      "poe.py",
      '"pyproject.toml"',
      ["poe t"],
      { "pyproject.toml": '[tool.poe.tasks]\nt = "python poe.py"\n' },
    ],
    ["RUN.SH", 'the check "sh run.sh"', ["sh run.sh"], {}],
  ])("%s, by %s", async (path, by, ...[checks, files]) => {
    const verb = Object.hasOwn(files, path) ? "changes" : "is new";
    expect(await messagesFor(checks, { "a.txt": "a", ...files }, [path])).toEqual([
      `P0 held: ${JSON.stringify(path)} ${verb}, and ${by} starts or loads it.`,
    ]);
  });
});

test("what a check only works on, and a file of tests that it names, is not held", async () => {
  const TEST = 'test("adds", () => { assert.equal(add(1, 2), 3); });\n';
  const files = {
    "greet.sh": 'echo "Hello."\n',
    "test/index.js": TEST,
    "src/main.js": "",
    "scripts/release.js": "",
    Makefile: 'check:\n\ttest "$$(sh greet.sh)" = "Hello."\n',
    "package.json":
      '{"main":"src/main.js","scripts":{"test":"node test/index.js","release":"node scripts/release.js"}}',
  };
  const changed = ["greet.sh", "test/index.js", "src/main.js", "scripts/release.js", "src/new.js"];
  expect(
    await messagesFor(["npm test", "make check", "eslint src/main.js"], files, changed),
  ).toEqual([]);
});

test("a hostile file is read in a time that grows with its length alone", async () => {
  const lines = [
    "preload = [",
    "setup".repeat(400),
    '"./'.repeat(600),
    "include ".repeat(200),
    "\tsh ".repeat(300),
  ];
  const text = `${lines.join("\n")}\n`.repeat(30);
  const files = {
    Makefile: text,
    "vitest.config.ts": text,
    "bunfig.toml": text,
    "package.json": text,
  };
  expect(await processorMs(() => messagesFor(["make x"], files, ["a"]))).toBeLessThan(10_000);
  for (const piece of ["$(", "`", "-c ", "cd ", "a/*", "xargs ", "-exec ", "uv run ", "< ", "A="]) {
    const measure = piece.repeat(10_000);
    const run = () => messagesFor({ checks: [measure], measure }, { Makefile: "" }, ["a"]);
    expect(await processorMs(run)).toBeLessThan(3000);
  }
});

describe("a file that the measure starts is held", () => {
  const by = (measure: string): Commands => ({ checks: [], measure });

  test("by the name of the measure", async () => {
    expect(
      await messagesFor(by("bun bench/run.ts"), { "bench/run.ts": "" }, ["bench/run.ts"]),
    ).toEqual([
      'P0 held: "bench/run.ts" changes, and the measure "bun bench/run.ts" starts or loads it.',
    ]);
  });

  test("although it holds tests, and although a check starts it too", async () => {
    const bench = 'import { test } from "bun:test";\ntest("fast", () => console.log(1));\n';
    const files = { "bench.test.ts": bench };
    const measure = "bun ./bench.test.ts";
    expect(await messagesFor([measure], files, ["bench.test.ts"])).toEqual([]);
    expect(await messagesFor({ checks: [measure], measure }, files, ["bench.test.ts"])).toEqual([
      'P0 held: "bench.test.ts" changes, and the measure "bun ./bench.test.ts" starts or loads it.',
    ]);
  });

  test("where a script of the package starts it", async () => {
    const files = { ...scripts({ bench: "node bench/all.js" }), "bench/all.js": "" };
    expect(await messagesFor(by("npm run --silent bench"), files, ["bench/all.js"])).toEqual([
      'P0 held: "bench/all.js" changes, and "package.json" starts or loads it.',
    ]);
  });

  test.each<[measure: string, path: string]>([
    ["node -r ./setup.js bench.js", "bench.js"],
    ["node -r ./setup.js bench.js", "setup.js"],
    ["node --import tsx bench.ts", "bench.ts"],
    ["python3 -W ignore bench.py", "bench.py"],
    ["python3 -X dev -u bench.py", "bench.py"],
    ["bun --cwd packages/api bench.ts", "packages/api/bench.ts"],
    ["timeout -s KILL 60 node bench.js", "bench.js"],
    ["taskset -c 0 node bench.js", "bench.js"],
    ["perf stat -r 3 node bench.js", "bench.js"],
    ["uv run bench.py", "bench.py"],
    ["poetry run python bench.py", "bench.py"],
    ["pnpm exec tsx bench.ts", "bench.ts"],
    ["go run bench.go", "bench.go"],
    ["go run ./cmd/bench", "cmd/bench/main.go"],
    ["hyperfine --export-json /dev/stdout ./bench.sh | jq .x", "bench.sh"],
    ["echo $(node bench.js) ms", "bench.js"],
    ["echo `node bench.js` ms", "bench.js"],
    ["node < bench.js", "bench.js"],
    ["cat bench.js | node -", "bench.js"],
    ["bash <(cat bench.sh)", "bench.sh"],
    ["ls bench.js | xargs -n1 node", "bench.js"],
    ["BENCH=bench.js run-it", "bench.js"],
    ["run-it --program=bench.js", "bench.js"],
    ["sh -c 'cd x; node bench.js'", "x/bench.js"],
    ["jq -f size.jq < out.json", "size.jq"],
    ["awk -f size.awk out.txt", "size.awk"],
    ["find . -name bench.js -exec node bench.js +", "bench.js"],
    ["true && ./bench", "bench"],
    ["env A=1 nice -n 5 ./bench.sh", "bench.sh"],
    ["ruby -I lib bench.rb", "bench.rb"],
    ["deno run --allow-all bench.ts", "bench.ts"],
    ["python3 -m bench", "bench/__main__.py"],
    ["node bench/*.js", "bench/one.js"],
    ["cd x && sh bench/**/*.sh", "x/bench/a/b.sh"],
    ["node *.js", "one.js"],
  ])("in %p: %s", async (measure, path) => {
    expect(await messagesFor(by(measure), { [path]: "x", "a.txt": "a" }, [path])).toEqual([
      `P0 held: ${JSON.stringify(path)} changes, and the measure ${JSON.stringify(measure)} starts or loads it.`,
    ]);
  });

  test.each<[measure: string, path: string]>([
    ["wc -c < app.js", "app.js"],
    ["wc -c app.js", "app.js"],
    ["gzip -f app.js; head -c 10 app.js.gz", "app.js"],
    ["echo $(wc -c < dist/app.js) bytes", "dist/app.js"],
    ["gzip -9c dist/app.js | wc -c", "dist/app.js"],
    ["cat a.css b.css | brotli -c | wc -c", "b.css"],
    ["find dist -type f | xargs wc -c | tail -1", "dist/index.js"],
    ["time -p du -b app.js", "app.js"],
    ["jq .size stats.json", "stats.json"],
    ["node src", "src/main.js"],
    ["node bench.js", "src/bench.test.js"],
    ["wc -c dist/*.js", "dist/one.js"],
    ["node *.js", "src/one.js"],
  ])("but not what is measured, in %p: %s", async (measure, path) => {
    expect(await messagesFor(by(measure), { [path]: "x" }, [path])).toEqual([]);
  });

  test("where a script of the package or a rule starts it, although it holds tests", async () => {
    const bench = 'test("a", () => { console.log(5); });\n';
    const files = {
      ...scripts({ bench: "npm run all -- -x", all: "echo $(node bench/run.test.js) ms" }),
      Makefile: "speed:\n\t@node bench/make.test.js\n",
      "bench/run.test.js": bench,
      "bench/make.test.js": bench,
      "src/a.js": "",
    };
    const changed = ["bench/run.test.js", "bench/make.test.js", "src/a.js"];
    expect(await messagesFor(by("npm run bench"), files, changed)).toEqual([
      'P0 held: "bench/run.test.js" changes, and "package.json" starts or loads it.',
    ]);
    expect(await messagesFor(by("make -s speed"), files, changed)).toEqual([
      'P0 held: "bench/make.test.js" changes, and "Makefile" starts or loads it.',
    ]);
  });
});
