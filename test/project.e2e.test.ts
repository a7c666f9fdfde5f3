/** `org` on a repository of a user: real Git, the real sandbox, real runners, a scripted model. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testHome } from "./org-process.ts";
import { repositoryOf } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { HOLDS_SECRET } from "./secret-samples.ts";

/** Where the tester's own toolchains lie: org shows them to programs, as it does for its user. */
const TOOLCHAINS = { HOME: Bun.env["HOME"] ?? "", PATH: Bun.env["PATH"] ?? "" };

/** A program with a mistake, a test that shows it, and the edit that mends it. */
const KINDS = [
  {
    kind: "bun",
    program: "bun",
    check: "bun test",
    files: {
      "package.json": '{ "name": "sum", "type": "module" }\n',
      "bun.lock": '{ "lockfileVersion": 1, "workspaces": { "": { "name": "sum" } } }\n',
      "sum.ts": "export const sum = (a: number, b: number): number => a - b;\n",
      "sum.test.ts":
        'import { expect, test } from "bun:test";\nimport { sum } from "./sum.ts";\ntest("adds", () => expect(sum(1, 2)).toBe(3));\n',
    },
    edit: { path: "sum.ts", search: "a - b", replace: "a + b" },
  },
  {
    kind: "node",
    program: "npm",
    check: "npm run --silent test",
    files: {
      "package.json": '{ "name": "sum", "type": "module", "scripts": { "test": "node --test" } }\n',
      "sum.js": "export const sum = (a, b) => a - b;\n",
      "sum.test.js":
        'import assert from "node:assert";\nimport { test } from "node:test";\nimport { sum } from "./sum.js";\ntest("adds", () => assert.equal(sum(1, 2), 3));\n',
    },
    edit: { path: "sum.js", search: "a - b", replace: "a + b" },
  },
  {
    kind: "python",
    program: "python3",
    check: "python3 -m unittest discover -v",
    files: {
      "sums.py": "def add(a, b):\n    return a - b\n",
      "test_sums.py":
        "import unittest\nfrom sums import add\n\n\nclass Sums(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n",
    },
    edit: { path: "sums.py", search: "a - b", replace: "a + b" },
  },
  {
    kind: "pytest",
    program: "python3 -m pytest",
    check: "python3 -m pytest -q",
    files: {
      "pyproject.toml": '[project]\nname = "sums"\nversion = "1"\n',
      ".gitignore": "__pycache__\n",
      "sums.py": "def add(a, b):\n    return a - b\n",
      "tests/test_sums.py":
        "import pytest\nfrom sums import add\n\n\n@pytest.mark.parametrize('a, b, sum', [(1, 2, 3), (0, 0, 0)])\ndef test_adds(a, b, sum):\n    assert add(a, b) == sum\n",
    },
    edit: { path: "sums.py", search: "a - b", replace: "a + b" },
  },
  {
    kind: "go",
    program: "go",
    check: "go test ./...",
    files: {
      "go.mod": "module example.org/sums\n\ngo 1.21\n",
      "sums.go": "package sums\n\nfunc Add(a, b int) int { return a - b }\n",
      "sums_test.go":
        'package sums\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal("1 + 2 is 3")\n\t}\n}\n',
    },
    edit: { path: "sums.go", search: "a - b", replace: "a + b" },
  },
  {
    kind: "cargo",
    program: "cargo",
    check: "cargo test --offline",
    files: {
      "Cargo.toml": '[package]\nname = "sum"\nversion = "0.1.0"\nedition = "2021"\n',
      "Cargo.lock": 'version = 3\n\n[[package]]\nname = "sum"\nversion = "0.1.0"\n',
      ".gitignore": "target\n",
      "src/lib.rs":
        "pub fn add(a: i32, b: i32) -> i32 {\n    a - b\n}\n\n#[test]\nfn adds() {\n    assert_eq!(add(1, 2), 3);\n}\n",
    },
    edit: { path: "src/lib.rs", search: "a - b", replace: "a + b" },
  },
  {
    kind: "make",
    program: "make",
    check: "make check",
    files: {
      Makefile: 'check:\n\ttest "$$(sh greet.sh)" = "Hello."\n',
      "greet.sh": 'echo "Helo."\n',
    },
    edit: { path: "greet.sh", search: "Helo.", replace: "Hello." },
  },
] as const;

/** A program of rustup is there for a user who has no toolchain, too: it does not run. */
function runs(program: string): boolean {
  const [name = "", ...words] = program.split(" ");
  if (Bun.which(name) === null) return false;
  const version = name === "go" ? "version" : "--version";
  return Bun.spawnSync([name, ...words, version], { stdio: ["ignore", "ignore", "ignore"] })
    .success;
}

const missing = KINDS.filter(({ program }) => !runs(program));
for (const { program } of missing)
  process.stderr.write(`skipped, because there is no ${program}\n`);
const there = KINDS.filter((kind) => !missing.includes(kind));

describe("org on a repository", () => {
  test.each(there)(
    "of $kind mends a failing test in a copy, merges it when its check passes, and reverts it",
    async ({ check, files, edit }) => {
      using repository = repositoryOf(files);
      await using server = scriptedServer([call("edit_file", edit), say("It is right now.")]);
      await using home = await testHome();
      const org = async (...args: readonly string[]) =>
        await home.run([...args, "--project", repository.root], {
          url: server.url,
          environment: TOOLCHAINS,
        });
      const before = repository.state();

      const asked = await org("ask", "Make the failing test pass.");
      expect(asked.stdout).toContain("It is right now.\n");
      expect(asked.stdout).toMatch(/^cand\/\d{8}T\d{6}Z/m);
      expect(asked.exitCode).toBe(0);
      expect((await org("project", "diff")).stdout).toContain(`+++ b/${edit.path}\n`);
      expect((await org("project", "status")).stdout).toContain(`checks      ${check}\n`);
      expect(repository.state()).toEqual(before);

      const merged = await org("project", "promote");
      expect(merged).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(" into main ") });
      expect(readFileSync(join(repository.root, edit.path), "utf8")).toContain(edit.replace);
      expect(repository.git("status", "--porcelain")).toBe("");
      expect(repository.git("log", "-1", "--format=%P").trim().split(" ")).toHaveLength(2);

      const { stdout: status } = await org("project", "status");
      expect(status).toMatch(
        /^promoted {4}cand\/\S+ on main: promotion\/\S+, whose signature verifies$/m,
      );

      const reverted = await org("project", "rollback");
      expect(reverted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Reverted") });
      expect(readFileSync(join(repository.root, edit.path), "utf8")).toContain(edit.search);
      expect(repository.git("status", "--porcelain")).toBe("");
    },
  );

  test("says which files of the project a room does not have, and why", async () => {
    using repository = repositoryOf({ "a.txt": "a\n", ".env": "TOKEN=x\n" });
    repository.write("large.bin", new Uint8Array(17 * 1024 * 1024));
    await using server = scriptedServer([say("Hello.")]);
    await using home = await testHome();
    const place = ["--project", repository.root];
    await home.run(["ask", ...place, "Hello."], { url: server.url });
    const { stdout } = await home.run(["project", "status", ...place]);
    expect(stdout).toContain("hidden      1: .env\n");
    expect(stdout).toContain("left out    1: large.bin (it is larger than 16 MiB)\n");
    const json = await home.run(["project", "status", ...place, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      hidden: [".env"],
      left: [{ path: "large.bin", why: "it is larger than 16 MiB" }],
    });
  });

  test("in one line of shell: asks, checks and merges", async () => {
    const [{ files, edit }] = KINDS;
    using repository = repositoryOf(files);
    await using server = scriptedServer([call("edit_file", edit), say("Done.")]);
    await using home = await testHome();
    const args = ["ask", "--project", repository.root, "Make the failing test pass.", "--promote"];
    const ran = await home.run(args, { url: server.url });
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Merged cand/") });
    expect(readFileSync(join(repository.root, edit.path), "utf8")).toContain(edit.replace);
  });

  test("merges nothing where a check that passed fails now, and says which test", async () => {
    const [{ files, edit }] = KINDS;
    using repository = repositoryOf({
      ...files,
      "sum.ts": files["sum.ts"].replace("a - b", "a + b"),
    });
    const broken = { ...edit, search: "a + b", replace: "a * b" };
    await using server = scriptedServer([call("edit_file", broken), say("Done.")]);
    await using home = await testHome();
    const before = repository.state();
    const args = ["ask", "--project", repository.root, "Break it.", "--promote"];
    const ran = await home.run(args, { url: server.url });
    expect(ran).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("adds") });
    expect(repository.state()).toEqual(before);
  });

  test("what still fails its check is not a success", async () => {
    const [{ files, edit }] = KINDS;
    using repository = repositoryOf(files);
    const useless = { ...edit, search: "a - b", replace: "a - b - 0" };
    await using server = scriptedServer([call("edit_file", useless), say("It passes now.")]);
    await using home = await testHome();
    const before = repository.state();
    const org = async (...args: readonly string[]) =>
      await home.run([...args, "--project", repository.root], { url: server.url });
    const asked = await org("ask", "Make the failing test pass.", "--promote");
    expect(asked).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("adds") });
    expect((await org("project", "checks")).exitCode).toBe(1);
    expect((await org("project", "cand")).exitCode).toBe(1);
    expect(repository.state()).toEqual(before);
  });

  test("what the gate holds is merged only once it was shown, and only just that", async () => {
    const [{ files, edit }] = KINDS;
    const good = { ...files, "sum.ts": files["sum.ts"].replace("a - b", "a + b") };
    using repository = repositoryOf({ ...good, "run.sh": "echo\n" });
    await using server = scriptedServer([
      ...[
        call("write_file", { path: ".github/workflows/ci.yml", content: "on: push\n" }),
        say("Done."),
      ],
      ...[call("edit_file", { ...edit, search: "a + b", replace: "b + a" }), say("Done.")],
    ]);
    await using home = await testHome();
    const before = repository.state();
    const org = async (...args: readonly string[]) =>
      await home.run([...args, "--project", repository.root], { url: server.url });
    await home.run(["ask", "--project", repository.root, "Add CI."], { url: server.url });
    // The answer has shown what is held of the first change, and the second makes another tree.
    await home.run(["ask", "--project", repository.root, "Swap.", "--patch", "--raw"], {
      url: server.url,
    });
    repository.commit("mine", { "mine.txt": "1\n" });
    const changed = repository.state();
    const unseen = await org("project", "promote", "--yes");
    expect(unseen).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("ci.yml") });
    expect(unseen.stderr).toContain("promote --yes");
    expect(repository.state()).toEqual(changed);
    const seen = await org("project", "promote", "--yes", "--json");
    expect(seen.exitCode).toBe(0);
    const told = JSON.parse(seen.stdout);
    expect(told).toMatchObject({ type: "project", action: "promote", outcome: "held" });
    expect(told.merge.into).toBe("main");
    const back = await org("project", "rollback", told.merge.branch);
    expect(back.stdout).toContain(`Reverted ${told.merge.branch} on main`);
    expect(repository.git("status", "--porcelain")).toBe("");
    expect(before).not.toEqual(changed);
  });

  test("what is merged is judged without what the user has not committed", async () => {
    const [{ files, edit }] = KINDS;
    const helped = { "helper.ts": "export const helper = 0;\n" };
    using repository = repositoryOf({
      ...files,
      "sum.ts": files["sum.ts"].replace("a - b", "a + b"),
    });
    repository.write("helper.ts", helped["helper.ts"]);
    const text =
      'import { helper } from "./helper.ts";\nexport const sum = (a: number, b: number): number => a + b + helper;\n';
    await using server = scriptedServer([
      call("write_file", { path: "sum.ts", content: text }),
      say("Done."),
    ]);
    await using home = await testHome();
    const before = repository.state();
    const args = [
      "ask",
      "--project",
      repository.root,
      `Use the helper in ${edit.path}.`,
      "--promote",
    ];
    const ran = await home.run(args, { url: server.url });
    expect(ran).toMatchObject({ exitCode: 1 });
    expect(ran.stdout).toContain("On your branch as it is committed now:");
    expect(repository.state()).toEqual(before);
  });

  test("tells its models of no file that looks like a secret, and shows no program one", async () => {
    const [{ files }] = KINDS;
    using repository = repositoryOf({ ...files, ".env": "TOKEN=swordfish\n" });
    repository.write("credentials.json", '{ "token": "swordfish" }');
    await using server = scriptedServer([
      call("sh", { cmd: "ls -a; cat .env credentials.json" }),
      say("Nothing."),
    ]);
    await using home = await testHome();
    await home.run(["ask", "--project", repository.root, "Is there a token?"], { url: server.url });
    expect(server.requests).toHaveLength(2);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain("swordfish");
  });

  test("shows no program a file that holds a secret, says so, and merges without taking it away", async () => {
    const [{ files, edit }] = KINDS;
    const held = { "conf/deploy.json": HOLDS_SECRET };
    using repository = repositoryOf({ ...files, ...held });
    await using server = scriptedServer([
      call("sh", { cmd: "ls conf; base64 conf/*" }),
      call("edit_file", edit),
      say("Done."),
    ]);
    await using home = await testHome();
    const place = ["--project", repository.root];
    const ask = ["ask", ...place, "Make the failing test pass.", "--promote"];
    const ran = await home.run(ask, { url: server.url });
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Merged cand/") });
    const told = JSON.stringify(server.requests.map(({ body }) => body));
    expect(told).not.toContain(btoa(HOLDS_SECRET).slice(0, 40));
    const { stdout } = await home.run(["project", "status", ...place]);
    expect(stdout).toContain("hidden      1: conf/deploy.json\n");
    expect(repository.git("show", "HEAD:conf/deploy.json")).toBe(HOLDS_SECRET);
    expect(repository.git("diff", "--name-only", "HEAD^", "HEAD").trim()).toBe(edit.path);
  });
});
