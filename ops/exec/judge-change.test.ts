import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { gitText } from "#platform/git/raw.ts";
import { TaskRepository } from "#test/exec-repository.ts";
import { treeWithFiles, writeBlob } from "../release/tree-with-files.ts";
import { judgeChange } from "./judge-change.ts";
import { readOutputs } from "./outputs.ts";
import { openScratch, type Scratch } from "./scratch.ts";

const source = new TaskRepository();
source.link("src/link", "/etc");
source.commit("a link", {});
let scratch: Scratch;
beforeAll(async () => {
  scratch = await openScratch(source.checkout);
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  source[Symbol.dispose]();
});

const SECRET = "value-of-the-environment";
const rules = { outputs: readOutputs(["src/**"]), cleaner: new TextCleaner([SECRET]) };

async function judge(tree: string): Promise<string> {
  const outcome = await judgeChange(scratch, tree, rules);
  return "refused" in outcome ? `${outcome.refused.code} ${outcome.refused.why}` : outcome.value;
}

async function treeWith(path: string, text: string): Promise<string> {
  return await treeWithFiles(
    scratch.repository,
    scratch.base,
    new Map([[path, await writeBlob(scratch.repository, text)]]),
  );
}

/** A tree with an entry that no answer can make. */
async function treeWithEntry(entry: string): Promise<string> {
  await gitText(scratch.repository, ["read-tree", scratch.base]);
  await gitText(scratch.repository, ["update-index", "-z", "--index-info"], {
    stdin: `${entry}\0`,
  });
  return await gitText(scratch.repository, ["write-tree"]);
}

describe("a change", () => {
  test("that names nothing else is a patch", async () => {
    expect(await judge(await treeWith("src/new.ts", "x\n"))).toBe(
      "diff --git a/src/new.ts b/src/new.ts\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..587be6b4c3f93f93c489c0111bba5596147a26cb\n--- /dev/null\n+++ b/src/new.ts\n@@ -0,0 +1 @@\n+x\n",
    );
  });

  test("a tree that another program made is judged like every other", async () => {
    const blob = await writeBlob(scratch.repository, "x\n");
    const gone = "0".repeat(40);
    const trees: readonly (readonly [string, string])[] = [
      [`100644 ${blob}\tREADME.md`, 'PATH_REFUSED "README.md": the task does not name it'],
      [`0 ${gone}\tREADME.md`, 'PATH_REFUSED "README.md": the task does not name it'],
      [`100755 ${blob}\tsrc/new`, 'PATH_REFUSED "src/new": its mode would be 100755'],
      [
        `100755 ${blob}\tsrc/cart.ts`,
        'PATH_REFUSED "src/cart.ts": its mode would change to 100755',
      ],
      [`120000 ${blob}\tsrc/new`, 'PATH_REFUSED "src/new": its mode would be 120000'],
      [`120000 ${blob}\tsrc/cart.ts`, 'PATH_REFUSED "src/cart.ts": it is a link or a submodule'],
      [`0 ${gone}\tsrc/link`, 'PATH_REFUSED "src/link": it is a link or a submodule'],
      [
        `100644 ${blob}\tsrc/Cart.ts`,
        'PATH_REFUSED "src/cart.ts": it is the same as "src/Cart.ts"',
      ],
      [`100644 ${blob}\tsrc/nul.txt`, 'PATH_REFUSED "src/nul.txt": Windows takes it for a device'],
    ];
    for (const [entry, why] of trees)
      expect(await judge(await treeWithEntry(entry))).toStartWith(why);
  });

  test.each([
    ["nothing", "src/open.txt", "no line end", "it changes nothing"],
    ["bytes", "src/new", "a\0b", "it would change a binary file"],
    [
      "an escape sequence",
      "src/new",
      "a\u001b[2Jb\n",
      "line 7 of the patch has a control character",
    ],
    [
      "a carriage return within a line",
      "src/new",
      "a\rb\n",
      "line 7 of the patch has a control character",
    ],
    [
      "what turns a line around",
      "src/new",
      "a\u202eb\n",
      "an added line has a character that cannot be seen",
    ],
    ["a secret", "src/new", `key ${SECRET}\n`, "it adds what looks like a secret"],
    ["more than a megabyte", "src/new", "x\n".repeat(600_000), "the patch has"],
  ])("is refused with %s", async (...[, path, text, why]) => {
    expect(await judge(await treeWith(path, text))).toStartWith(`ANSWER_UNUSABLE ${why}`);
  });
});
