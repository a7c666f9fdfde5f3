import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { TreeRepository } from "#test/tree-repository.ts";
import { LooseObjects } from "./loose-objects.ts";
import { looseChanges, looseListing } from "./loose-trees.ts";
import { gitRaw, gitText } from "./raw.ts";
import { createRepository } from "./repository.ts";
import { readChanges } from "./tree-changes.ts";
import type { Repository } from "./wrapper.ts";

const NAME = fc.constantFrom("a", "a.b", "a0", "b", "é");
const PATH = fc.array(NAME, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const FILE = fc.record({
  mode: fc.constantFrom("100644", "100755", "120000"),
  content: fc.constantFrom("1", "2"),
});
const FILES = fc.uniqueArray(fc.tuple(PATH, FILE), { maxLength: 6, selector: ([path]) => path });

/** Without files that have another one below them. */
function fitting(files: readonly (readonly [string, { mode: string; content: string }])[]) {
  const isFolder = (path: string) => files.some(([other]) => other.startsWith(`${path}/`));
  return Object.fromEntries(files.filter(([path]) => !isFolder(path)));
}

async function askedChanges(repository: Repository, ends: readonly string[]) {
  const options = ["-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none"];
  const { stdout } = await gitRaw(repository, ["diff-tree", ...options, ...ends]);
  return readChanges(Buffer.from(stdout).toString("latin1").split("\0").slice(0, -1));
}

test("what differs between two trees, and what they hold, is what Git says", async () => {
  using trees = new TreeRepository();
  const repository = await trees.repository();
  const both = fc.asyncProperty(FILES, FILES, async (one, other) => {
    // One more in each: Git does not keep a tree without entries.
    const before = await trees.tree({ ...fitting(one), z: "z" });
    const after = await trees.tree({ ...fitting(other), z: "y" });
    expect(looseChanges(repository, [before, after])).toEqual(
      await askedChanges(repository, [before, after]),
    );
    const { stdout } = await gitRaw(repository, ["ls-tree", "-r", "-z", "--full-tree", after]);
    expect(Buffer.from(looseListing(repository, after) ?? []).toString("latin1")).toBe(
      Buffer.from(stdout).toString("latin1"),
    );
  });
  await fc.assert(both, { numRuns: 25 });
});

describe("Git is asked", () => {
  test("for what is packed, and about a name that no object has", async () => {
    using trees = new TreeRepository();
    const repository = await trees.repository();
    const tree = await trees.tree({ "a/b": "1" });
    expect(new LooseObjects(repository).tree(tree)).toBe(tree);
    const ids = (await gitText(repository, ["cat-file", "--batch-all-objects", "--batch-check"]))
      .split("\n")
      .map((line) => line.slice(0, 40));
    const stdin = `${ids.join("\n")}\n`;
    const { stdout } = await gitRaw(repository, ["pack-objects", "--stdout", "-q"], { stdin });
    const packed = await createRepository({ gitDir: join(trees.folder, "packed.git") });
    await gitText(packed, ["index-pack", "--stdin"], { stdin: stdout });
    expect(looseListing(packed, tree)).toBeUndefined();
    for (const name of ["HEAD", "0".repeat(40), "../../etc/passwd"])
      expect(looseListing(repository, name)).toBeUndefined();
  });

  test("about a file that has not the content of its name", async () => {
    using trees = new TreeRepository();
    const repository = await trees.repository();
    const [good, evil] = [await trees.tree({ a: "1" }), randomBytes(20).toString("hex")];
    const folder = join(repository.gitDir, "objects");
    mkdirSync(join(folder, evil.slice(0, 2)), { recursive: true });
    const path = join(folder, evil.slice(0, 2), evil.slice(2));
    for (const bytes of [
      readFileSync(join(folder, good.slice(0, 2), good.slice(2))),
      deflateSync(Buffer.from("tree 0\0")),
      Buffer.from("no object"),
    ]) {
      writeFileSync(path, bytes);
      expect(new LooseObjects(repository).read(evil)).toBeUndefined();
    }
  });

  test("about a file that is larger than what it may hold, which is not read", async () => {
    using trees = new TreeRepository();
    const repository = await trees.repository();
    const id = randomBytes(20).toString("hex");
    const path = join(repository.gitDir, "objects", id.slice(0, 2), id.slice(2));
    mkdirSync(dirname(path));
    // Takes no room on the disk, and all of it in memory.
    const bytes = 1024 ** 3;
    writeFileSync(path, "");
    truncateSync(path, bytes);
    const before = process.resourceUsage().maxRSS;
    expect(new LooseObjects(repository).read(id)).toBeUndefined();
    expect((process.resourceUsage().maxRSS - before) * 1024).toBeLessThan(bytes / 2);
  });

  test("about a tree whose modes are not those of today, and one with a name twice", async () => {
    using trees = new TreeRepository();
    const repository = await trees.repository();
    const blob = await trees.blob("1");
    const plain = await trees.tree({ a: "1", b: "1" });
    const twice = await trees.rawTree([`100644 blob ${blob}\ta`, `100755 blob ${blob}\ta`]);
    expect(looseChanges(repository, [plain, twice])).toBeUndefined();
    const entry = Buffer.concat([Buffer.from("100664 a\0"), Buffer.from(blob, "hex")]);
    const stdin = entry;
    const args = ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"];
    const old = await gitText(repository, args, { stdin });
    expect(looseListing(repository, old)).toBeUndefined();
  });
});
