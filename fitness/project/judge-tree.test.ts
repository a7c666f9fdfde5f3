import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type TreeFile, TreeRepository } from "../../test/tree-repository.ts";
import { readTreeDiff } from "../gate/tree-diff.ts";
import { judgeTree } from "./judge-tree.ts";

let trees: TreeRepository;
beforeEach(() => {
  trees = new TreeRepository();
});
afterEach(() => trees[Symbol.dispose]());

type Files = Readonly<Record<string, TreeFile>>;

async function judgeIds(base: string, candidate: string): Promise<readonly string[]> {
  const repository = await trees.repository();
  const changes = await readTreeDiff(repository, base, candidate);
  const rules = { cleaner: new TextCleaner(), signal: AbortSignal.timeout(600_000) };
  const findings = await judgeTree({ repository, base, candidate, changes }, rules);
  return findings.map(({ severity, text }) => `${severity}: ${text}`);
}

/** What is said when these files come to a tree that has one file, or change in it. */
async function judge(files: Files, before: Files = {}): Promise<readonly string[]> {
  const base = { "a.txt": "a\n", ...before };
  return await judgeIds(await trees.tree(base), await trees.tree({ ...base, ...files }));
}

const link = (content: string): TreeFile => ({ mode: "120000", content });

describe("a tree", () => {
  test("with ordinary files is let through", async () => {
    expect(
      await judge({ "src/b.ts": "x", "docs/c.md": "y", "a.txt": "b\n", ".env.example": "A=\n" }),
    ).toEqual([]);
  });

  test.each([
    ["/etc/passwd"],
    ["../../x"],
    ["../../.ssh/id_rsa"],
    ["x/../../../y"],
    [".git/config"],
    ["x/.GIT"],
    ["C:\\x"],
  ])("with a link to %p is refused", async (target) => {
    const found = await judge({ "folder/key": link(target) });
    expect(found).toEqual([
      `refused: "folder/key" is a link to ${JSON.stringify(target)}, which leads out of the repository. Remove it.`,
    ]);
  });

  test("with a link inside is held, and so is a link that becomes a file", async () => {
    expect(await judge({ b: link("a.txt") })).toEqual(['held: "b" is a link to "a.txt".']);
    expect(await judge({ "c/d": link("../a.txt") })).toEqual([
      'held: "c/d" is a link to "../a.txt".',
    ]);
    expect(await judge({ b: "text" }, { b: link("a.txt") })).toEqual([
      'held: "b" was a link and becomes a file.',
    ]);
  });

  test("with a submodule is refused", async () => {
    const module = { mode: "160000", content: "1".repeat(40) };
    expect(await judge({ lib: module })).toEqual([
      'refused: "lib" is a submodule, whose files this gate cannot judge.',
    ]);
    expect(await judge({ lib: "file" }, { lib: module })).toEqual([
      'held: "lib" was a submodule, which this gate cannot judge.',
    ]);
  });

  test("with a new executable is held, and one that was executable is not", async () => {
    const program = (content: string): TreeFile => ({ mode: "100755", content });
    expect(await judge({ run: program("x") })).toEqual(['held: "run" becomes executable.']);
    expect(await judge({ run: program("y") }, { run: program("x") })).toEqual([]);
  });

  test.each([
    ["-rf", '"-rf": a program could take it for an option. Give the file another name.'],
    ["a\nb", '"a\\nb": a character in it cannot be seen. Give the file another name.'],
    [
      "a\u001b[2Jb",
      '"a\\u001b[2Jb": a character in it cannot be seen. Give the file another name.',
    ],
    ["a\u202eb", '"a\\u{202e}b": a character in it cannot be seen. Give the file another name.'],
    ["A.TXT", '"a.txt": it is the same as "A.TXT". Give the file another name.'],
  ])("with the new name %j is refused", async (name, text) => {
    expect(await judge({ [name]: "x" })).toEqual([`refused: ${text}`]);
  });

  test("with an odd name that was there before is let through", async () => {
    expect(await judge({ "-rf": "y", "b.txt": "" }, { "-rf": "x" })).toEqual([]);
  });

  test("with a name that Git itself would not add is refused", async () => {
    const base = await trees.tree({ "a.txt": "a" });
    const candidate = await trees.rawTree([`100644 blob ${await trees.blob("x")}\tgit~1`]);
    expect(await judgeIds(base, candidate)).toEqual([
      'refused: "git~1": Windows takes it for a file that Git obeys. Give the file another name.',
    ]);
  });

  test("with a name that is not UTF-8 is refused", async () => {
    const base = await trees.tree({ "a.txt": "a" });
    const head = `100644 blob ${await trees.blob("x")}\t`;
    const candidate = await trees.rawTree([Buffer.concat([Buffer.from(head), Buffer.of(0xff)])]);
    expect((await judgeIds(base, candidate))[0]).toBe(
      "refused: 1 changed file with a name that is not valid UTF-8.",
    );
  });

  test.each([
    [".github/workflows/ci.yml", "decides what the CI server runs"],
    [".gitlab-ci.yml", "decides what the CI server runs"],
    ["ci/Jenkinsfile", "decides what the CI server runs"],
    [".husky/pre-commit", "runs when a person commits, merges or pushes"],
    ["lefthook.yml", "runs when a person commits, merges or pushes"],
    [".gitattributes", "is obeyed by Git"],
    ["sub/.gitmodules", "is obeyed by Git"],
    [".gitignore", "is obeyed by Git"],
    ["package.json", "decides which dependencies and scripts there are"],
    ["packages/a/Cargo.toml", "decides which dependencies and scripts there are"],
    ["requirements-dev.txt", "decides which dependencies and scripts there are"],
    ["bun.lock", "pins the dependencies that are installed"],
    ["go.sum", "pins the dependencies that are installed"],
    ["Makefile", "decides how it is built or installed"],
    ["Dockerfile.prod", "decides how it is built or installed"],
    ["bunfig.toml", "decides how tests are run"],
    ["tests/conftest.py", "decides how tests are run"],
    ["vitest.config.ts", "decides how tests are run"],
    ["tsconfig.build.json", "decides how tests are run"],
    [".vscode/tasks.json", "decides how an editor or a shell starts programs here"],
    [".env.production", "looks like a file of secrets"],
    ["deploy/server.pem", "looks like a file of secrets"],
    ["credentials.json", "looks like a file of secrets"],
  ])("that changes %s is held", async (path, why) => {
    expect(await judge({ [path]: "x" })).toEqual([`held: "${path}" is new, and it ${why}.`]);
    expect(await judge({ [path]: "y" }, { [path]: "x" })).toEqual([
      `held: "${path}" changes, and it ${why}.`,
    ]);
  });

  test.each([
    [
      "package.json",
      '{ "dependencies": {\n"left": "file:../evil" } }',
      '"left": "file:../evil" } }',
    ],
    ["package.json", '{\n"left": "git+https://host/x.git" }', '"left": "git+https://host/x.git" }'],
    ["requirements.txt", "a==1\n-e ../evil\n", "-e ../evil"],
    ["pyproject.toml", '[x]\nleft = { path = "../evil" }\n', 'left = { path = "../evil" }'],
    ["Cargo.toml", '[x]\nleft = { path = "/tmp/evil" }\n', 'left = { path = "/tmp/evil" }'],
    ["go.mod", "module a\nreplace left => ../evil\n", "replace left => ../evil"],
  ])(
    "that takes a dependency from elsewhere in %s is held with that line",
    async (path, text, line) => {
      expect(await judge({ [path]: text })).toContain(
        `held: "${path}" gets a dependency from a folder or an address: ${JSON.stringify(line)}.`,
      );
    },
  );

  test("with a line that looks like a secret is held, and the secret is not told", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const found = await judge({ "src/b.ts": `const token = "${secret}";\n` });
    expect(found).toHaveLength(1);
    expect(found[0]).toStartWith('held: "src/b.ts" gets a line that looks like a secret (');
    expect(found[0]).not.toContain(secret);
  });

  test("with a file of more than 1 MiB, or more than 200 files, is held", async () => {
    expect(await judge({ "big.bin": "x".repeat(1024 * 1024 + 1) })).toEqual([
      'held: "big.bin" has more than 1 MiB.',
    ]);
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`f${index}`, "x"]));
    expect(await judge(many)).toEqual(["held: 201 files change; 200 are usual at most."]);
  });
});

describe("a NUL byte, which hides a change from Git and from its readers, holds", () => {
  test.each<[what: string, path: string, text: string, before: Files]>([
    ["a text that gets one", "docs/a.md", "x\0", { "docs/a.md": "y" }],
    ["a program", "src/a.ts", "x\0", { "src/a.ts": "y\0" }],
    ["a new program", "src/b.PY", "x\0", {}],
    ["a script without an end to its name", "tool", "#!/bin/sh\n\0", {}],
  ])("%s", async (...[, path, text, before]) => {
    expect(await judge({ [path]: text }, before)).toEqual([
      `held: ${JSON.stringify(path)} has a NUL byte, so Git and other tools take it for no text and hide what changes in it.`,
    ]);
  });

  test("not an image or a data file that had one before, or is new", async () => {
    const before = { "a.bin": "\0", "b.png": "" };
    expect(await judge({ "a.bin": "\0\0", "b.png": "\0", "c.dat": "\0" }, before)).toEqual([]);
  });
});
