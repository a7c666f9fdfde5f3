import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { TreeRepository } from "../../test/tree-repository.ts";
import { hiddenPaths } from "./byte-paths.ts";
import { moveCopy } from "./copy.ts";

let trees: TreeRepository;
let copy: string;
beforeEach(() => {
  trees = new TreeRepository();
  copy = join(trees.folder, "copy");
  mkdirSync(copy);
});
afterEach(() => trees[Symbol.dispose]());

const link = (content: string) => ({ mode: "120000", content });
const FILES = {
  "a.txt": "a\n",
  "b/ä b": "b\n",
  ".env": "KEY=1\n",
  "b/id_rsa": "key\n",
  in: link("a.txt"),
  out: link("../../etc"),
  "sparse/c": "c\n",
};
const HIDDEN = [".env", "b/id_rsa", "out", "sparse/c"];

/** Of a tree with these files, and no index yet. */
async function repositoryOf(
  files: Parameters<TreeRepository["tree"]>[0],
): Promise<{ repository: Repository; to: string }> {
  const to = await trees.tree(files);
  const repository = { ...(await trees.repository()), workTree: copy, links: true };
  rmSync(join(repository.gitDir, "index"), { force: true });
  return { repository, to };
}

async function hidden(repository: Repository): Promise<readonly string[]> {
  return (await hiddenPaths(repository)).map((path) => Buffer.from(path, "latin1").toString());
}

function written(): readonly string[] {
  const entries = readdirSync(copy, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(copy.length + 1)).sort();
}

test("a new copy has all files of a tree but for what is hidden, and its index has all of them", async () => {
  const { repository, to } = await repositoryOf(FILES);
  // Left by one that was killed; Git would take it for an index.
  writeFileSync(join(repository.gitDir, "index.new"), "cut off");
  await moveCopy(repository, { from: undefined, to, absent: ["sparse/c"], base: to });
  expect(written()).toEqual(["a.txt", "b/ä b", "in"]);
  expect(readFileSync(join(copy, "in"), "utf8")).toBe("a\n");
  expect(await hidden(repository)).toEqual(HIDDEN);
  expect(await gitText(repository, ["write-tree"])).toBe(to);
  expect(await gitText(repository, ["diff-files", "--name-only"])).toBe("");
});

test("a copy that was cut off before its files were written is finished by the same move", async () => {
  const { repository, to } = await repositoryOf(FILES);
  const move = { from: undefined, to, absent: ["sparse/c"], base: to };
  await moveCopy(repository, move);
  for (const name of ["a.txt", "in"]) await Bun.file(join(copy, name)).delete();
  await moveCopy(repository, move);
  expect(written()).toEqual(["a.txt", "b/ä b", "in"]);
  expect(await hidden(repository)).toEqual(HIDDEN);
});

test("many files that are written at once go through no link that a program planted", async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`d/${index}`, "x\n"]));
  const { repository, to } = await repositoryOf(many);
  await gitText(repository, ["config", "checkout.workers", "4"]);
  const move = { from: undefined, to, absent: [], base: to };
  await moveCopy(repository, move);
  const outside = join(trees.folder, "outside");
  mkdirSync(outside);
  rmSync(join(copy, "d"), { recursive: true });
  symlinkSync(outside, join(copy, "d"));
  await moveCopy(repository, move);
  expect(readdirSync(outside)).toEqual([]);
  expect(readdirSync(join(copy, "d"))).toHaveLength(300);
  expect(lstatSync(join(copy, "d")).isDirectory()).toBe(true);
});
