import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TreeRepository } from "../../test/tree-repository.ts";
import { writeTreeTo } from "./tree-folder.ts";

let trees: TreeRepository;
let folder: string;
beforeEach(() => {
  trees = new TreeRepository();
  folder = join(trees.folder, "out");
  mkdirSync(folder);
});
afterEach(() => trees[Symbol.dispose]());

async function write(tree: string): Promise<void> {
  const signal = AbortSignal.timeout(600_000);
  await writeTreeTo({ repository: await trees.repository(), tree, signal }, folder);
}

describe("a tree is written", () => {
  test("with its files, executables and links, and submodules as empty folders", async () => {
    await write(
      await trees.tree({
        "a.txt": "a\r\n",
        "b/c/run": { mode: "100755", content: "#!/bin/sh\n" },
        "b/link": { mode: "120000", content: "../a.txt" },
        ".gitattributes": "* text eol=lf\n*.txt filter=evil\n",
        lib: { mode: "160000", content: "1".repeat(40) },
        "-rf": "option",
      }),
    );
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("a\r\n");
    expect(lstatSync(join(folder, "b/c/run")).mode & 0o111).not.toBe(0);
    expect(readlinkSync(join(folder, "b/link"))).toBe("../a.txt");
    expect(readdirSync(join(folder, "lib"))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["-rf", ".gitattributes", "a.txt", "b", "lib"]);
  });

  test("file for file, however large: contents go in batches", async () => {
    const large = "x".repeat(25 * 1024 * 1024);
    await write(await trees.tree({ a: large, b: "b", c: `${large}y`, "d/same": "b" }));
    expect(lstatSync(join(folder, "a")).size).toBe(large.length);
    expect(lstatSync(join(folder, "c")).size).toBe(large.length + 1);
    expect(readFileSync(join(folder, "d/same"), "utf8")).toBe("b");
  });

  test("with names that are not UTF-8, byte for byte", async () => {
    const blob = await trees.blob("x");
    const [odd, plain] = [Buffer.from("caf\xe9", "latin1"), Buffer.from("na\u00efve")];
    const inner = await trees.rawTree([Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), odd])]);
    await write(
      await trees.rawTree([
        Buffer.concat([Buffer.from(`040000 tree ${inner}\t`), odd]),
        Buffer.concat([Buffer.from(`120000 blob ${blob}\t`), plain]),
      ]),
    );
    expect(readdirSync(folder, { encoding: "buffer" }).map(String).sort()).toEqual(
      [odd, plain].map(String).sort(),
    );
    const file = Buffer.concat([Buffer.from(`${folder}/`), odd, Buffer.from("/"), odd]);
    expect(readFileSync(file, "utf8")).toBe("x");
    expect(readlinkSync(join(folder, "na\u00efve"))).toBe("x");
  });

  test("not at all when a name leads out of it", async () => {
    const blob = await trees.blob("x");
    const inner = await trees.rawTree([`100644 blob ${blob}\tescaped`]);
    for (const name of ["..", ".git", "."]) {
      const tree = await trees.rawTree([`100644 blob ${blob}\ta`, `040000 tree ${inner}\t${name}`]);
      await expect(write(tree)).rejects.toThrow("A tree has an entry that cannot be a file");
    }
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(trees.folder).sort()).toEqual(["out", "work.git"]);
  });

  test("not where the repository lacks a file, which is told with what to do", async () => {
    const blob = await trees.blob("lost");
    const tree = await trees.rawTree([`100644 blob ${blob}\ta`]);
    const { gitDir } = await trees.repository();
    rmSync(join(gitDir, "objects", blob.slice(0, 2), blob.slice(2)));
    await expect(write(tree)).rejects.toMatchObject({
      code: "PROCESS_FAILED",
      why: expect.stringContaining(blob),
      remedies: [expect.stringContaining("git fsck"), expect.any(String)],
    });
  });

  test("never through a link, though the tree has both at one name", async () => {
    const inner = await trees.rawTree([`100644 blob ${await trees.blob("x")}\tescaped`]);
    const target = await trees.blob("..");
    const tree = await trees.rawTree([`120000 blob ${target}\ta`, `040000 tree ${inner}\ta`]);
    await expect(write(tree)).rejects.toMatchObject({ code: "FILE_FAILED" });
    expect(readdirSync(trees.folder).sort()).toEqual(["out", "work.git"]);
  });
});
