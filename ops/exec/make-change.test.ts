import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gitRaw } from "#platform/git/raw.ts";
import { answer, fileAnswer as file, RENAMED, TaskRepository } from "#test/exec-repository.ts";
import { readAnswer } from "./answer.ts";
import { makeChange } from "./make-change.ts";
import { readOutputs } from "./outputs.ts";
import { openScratch, type Scratch } from "./scratch.ts";

const repository = new TaskRepository();
let scratch: Scratch;
beforeAll(async () => {
  scratch = await openScratch(repository.checkout);
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  repository[Symbol.dispose]();
});

const SEEN = ["src/cart.ts", "src/dos.txt", "src/mixed.txt", "src/open.txt"];

/** The tree that an answer makes, or why it makes none. */
async function made(text: string, seen: readonly string[] = SEEN): Promise<string> {
  const read = readAnswer(text);
  if ("refused" in read) throw new Error(read.refused.why);
  const rules = { outputs: readOutputs(["src/**"]), wholePaths: new Set(seen) };
  const tree = await makeChange(scratch, read.value.change, rules);
  return "refused" in tree ? tree.refused.why : tree.value;
}

async function textIn(tree: string, path: string): Promise<string> {
  const { stdout } = await gitRaw(scratch.repository, ["cat-file", "blob", `${tree}:${path}`]);
  return new TextDecoder().decode(stdout);
}

const changing = (path: string, hunk: string): string =>
  answer(`--- a/${path}\n+++ b/${path}\n${hunk}`);

describe("the change of an answer", () => {
  test("is the same by whole files and by a diff", async () => {
    const whole = file("src/cart.ts", "export const sum = 1;\nexport const empty = true;\n");
    expect(await made(whole)).toBe(await made(answer(RENAMED)));
  });

  test("keeps line ends, and the lack of one", async () => {
    const dos = await made(file("src/dos.txt", "one\n2\nthree\n"));
    expect(await textIn(dos, "src/dos.txt")).toBe("one\r\n2\r\nthree\r\n");
    expect(await made(changing("src/dos.txt", "@@ -2 +2 @@\n-two\n+2"))).toBe(dos);
    const open = await made(file("src/open.txt", "other\n"));
    expect(await textIn(open, "src/open.txt")).toBe("other");
  });

  test("cannot be one of a file with line ends of two kinds", async () => {
    for (const text of [
      file("src/mixed.txt", "x\n"),
      changing("src/mixed.txt", "@@ -2 +2 @@\n-two\n+2"),
    ]) {
      expect(await made(text)).toContain('"src/mixed.txt" has line ends of two kinds');
    }
  });

  test("replaces no file that was not seen as a whole", async () => {
    const whole = file("src/cart.ts", "x\n");
    expect(await made(whole, [])).toContain('"src/cart.ts" was not shown as a whole');
    expect(await textIn(await made(answer(RENAMED), []), "src/cart.ts")).toContain("sum");
  });

  test("makes files and takes them away, several at once", async () => {
    const tree = await made(
      file("src/new/a.ts", "x\n").replace(
        "---END---",
        "---DELETE: src/cart.ts---\n---DELETE: src/open.txt---",
      ),
    );
    const listing = await gitRaw(scratch.repository, ["ls-tree", "-r", "--name-only", tree]);
    expect(new TextDecoder().decode(listing.stdout).match(/^src.*/gm)).toEqual([
      "src/dos.txt",
      "src/mixed.txt",
      "src/new/a.ts",
    ]);
  });

  test("may come in several parts for one file", async () => {
    const more =
      "--- a/src/cart.ts\n+++ b/src/cart.ts\n@@ -2 +2 @@\n-export const empty = true;\n+let full;";
    const tree = await made(answer(`${RENAMED}\n${more}`));
    expect(await textIn(tree, "src/cart.ts")).toBe("export const sum = 1;\nlet full;\n");
  });

  test.each([
    [
      "a file and a folder of one name",
      file("src/d", "x\n").replace("---END---", "---FILE: src/d/e---\n---END FILE---"),
      'it has "src/d" as a file and as a folder',
    ],
    [
      "one file twice",
      "---COMMIT_MSG---\nx\n---DELETE: src/cart.ts---\n---DELETE: src/cart.ts---",
      'it has "src/cart.ts" twice',
    ],
    [
      "one that comes and goes",
      answer(
        "--- /dev/null\n+++ b/src/n\n@@ -0,0 +1 @@\n+a\n--- a/src/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-a",
      ),
      'it has "src/n" twice',
    ],
    [
      "a file that is not there to go",
      "---COMMIT_MSG---\nx\n---DELETE: src/gone---",
      'there is no "src/gone" to delete',
    ],
    ["a file below a file", file("src/cart.ts/x", "x\n"), '"src/cart.ts" is not a folder'],
    [
      "a path that is not in its plain form",
      file("src/./cart.ts", "x\n"),
      "it is not the plain form of a path",
    ],
    [
      "a path that is not named",
      file("README.md", "x\n"),
      '"README.md": the task does not name it',
    ],
    [
      "lines that are not there",
      changing("src/cart.ts", "@@ -1 +1 @@\n-x\n+y"),
      "the patch does not apply: patch failed: src/cart.ts:1",
    ],
  ])("is none with %s", async (_name, text, why) => {
    expect(await made(text)).toContain(why);
  });
});
