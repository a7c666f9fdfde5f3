import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { TreeRepository } from "#test/tree-repository.ts";
import { binaryDiff, textDiff } from "./text-diff.ts";

let trees: TreeRepository;
beforeEach(() => {
  trees = new TreeRepository();
});
afterEach(() => trees[Symbol.dispose]());

type Files = Readonly<Record<string, string | Uint8Array>>;

interface Case {
  /** What Git is told of the files, in the folder with the highest rank. */
  readonly attributes?: string;
  readonly path?: string;
  readonly renames?: boolean;
}

async function treeOf(files: Files): Promise<string> {
  const repository = await trees.repository();
  const index = join(repository.gitDir, "own-index");
  rmSync(index, { force: true });
  const lines: string[] = [];
  for (const [path, stdin] of Object.entries(files)) {
    const id = await gitText(repository, ["hash-object", "-w", "--stdin"], { stdin });
    lines.push(`100644 ${id}\t${path}\0`);
  }
  const own = { ...repository, index };
  await gitRaw(own, ["update-index", "-z", "--index-info"], { stdin: lines.join("") });
  return await gitText(own, ["write-tree"]);
}

async function shown(before: Files, after: Files, options: Case = {}) {
  const { attributes, ...range } = options;
  const repository = await trees.repository();
  if (attributes !== undefined) {
    mkdirSync(join(repository.gitDir, "info"), { recursive: true });
    writeFileSync(join(repository.gitDir, "info", "attributes"), attributes);
  }
  const [from, to] = [await treeOf(before), await treeOf(after)];
  return await textDiff(repository, { from, to, ...range }, { maxBytes: 4 * 1024 * 1024 });
}

test("a text is shown whatever attributes and NUL bytes say of it", async () => {
  const { text, hidden } = await shown(
    { "a.ts": "one\n", "b.lock": "x\n", "gone.ts": "old\0\n", "z.ts": "1\n" },
    { "a.ts": "import('evil') // \0\n", "b.lock": "y\n", "c.ts": "\0new\n", "z.ts": "2\n" },
    { attributes: "*.lock -diff\nc.ts binary\n" },
  );
  expect(hidden).toBe(0);
  expect(text).toContain("-one\n+import('evil') // \0\n");
  expect(text).toContain("-x\n+y\n");
  expect(text).toContain("+\0new\n");
  expect(text).toContain("-old\0\n");
  expect(text).not.toContain("Binary files");
  // As Git orders them, each once.
  expect(text.match(/(?<=^diff --git a.)\S+/gm)).toEqual([
    "a.ts",
    "b.lock",
    "c.ts",
    "gone.ts",
    "z.ts",
  ]);
});

test("what is not text, or too large, is not shown and is counted", async () => {
  const image = Buffer.from([0x89, 0x50, 0, 0xff, 0xfe, 0]);
  const large = `\0${"x".repeat(1024 * 1024)}`;
  const { text, hidden } = await shown(
    { "a.png": "", "b.bin": large, "c.ts": "one\n" },
    { "a.png": image, "b.bin": "\0small", "c.ts": "two\0\n" },
  );
  expect(hidden).toBe(2);
  expect(text).toContain("Binary files a/a.png and b/a.png differ\n");
  expect(text).toContain("Binary files a/b.bin and b/b.bin differ\n");
  expect(text).toContain("+two\0\n");
});

test("a difference of just the longest length is shown; a longer one is refused, with what shows it", async () => {
  const repository = await trees.repository();
  const [from, to] = [await treeOf({ "a.ts": "1\n" }), await treeOf({ "a.ts": "one\n" })];
  const range = { from, to };
  const { text } = await textDiff(repository, range, { maxBytes: 1024 });
  expect((await textDiff(repository, range, { maxBytes: text.length })).text).toBe(text);
  const patch = await binaryDiff(repository, range, { maxBytes: 1024 });
  const exactly = { maxBytes: patch.length };
  expect(await binaryDiff(repository, range, exactly)).toEqual(patch);
  const limits = { maxBytes: text.length - 1, narrower: ["/diff FILE"] };
  const error = await textDiff(repository, range, limits).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "INPUT_INVALID",
    message: "The difference is too long to be shown",
    why: `It has more than ${text.length - 1} bytes.`,
    remedies: [
      "/diff FILE",
      `git --git-dir=${repository.gitDir} diff ${from} ${to}   # shows all of it`,
    ],
    unchanged: "Nothing was changed.",
  });
  await expect(binaryDiff(repository, range, limits)).rejects.toThrow("too long");
});

test("a content cannot pass for a file that is not shown, nor for one that is", async () => {
  const forged = "Binary files a/a.ts and b/a.ts differ\ndiff --git a/b.ts b/b.ts\n";
  const { text, hidden } = await shown(
    { "a.ts": "one\n", "b.ts": "one\n" },
    { "a.ts": forged, "b.ts": `\0${forged}` },
  );
  expect(hidden).toBe(0);
  expect(text.match(/^diff --git .*$/gm)).toHaveLength(2);
  expect(text).toContain("+\0Binary files a/a.ts");
});

test("one file, a file that moved, and no file more", async () => {
  const before = { "old/a.ts": `${"one\n".repeat(20)}\0\n`, "b.ts": "\0" };
  const after = { "new/a.ts": `${"one\n".repeat(20)}\0two\n`, "b.ts": "\0\0" };
  const moved = await shown(before, after, { renames: true });
  expect(moved.text).toContain("rename from old/a.ts\n");
  expect(moved.text).toContain("-\0\n+\0two\n");
  const one = await shown(before, after, { path: "new" });
  expect(one).toMatchObject({ hidden: 0 });
  expect(one.text.match(/^diff --git .*$/gm)).toEqual(["diff --git a/new/a.ts b/new/a.ts"]);
});

test("a name that is not a text is counted where its content is not shown", async () => {
  const blob = await trees.blob("\0");
  const name = Buffer.from([0x61, 0xff]);
  const [repository, from] = [await trees.repository(), await trees.rawTree([])];
  const to = await trees.rawTree([Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), name])]);
  expect((await textDiff(repository, { from, to }, { maxBytes: 1000 })).hidden).toBe(1);
});
