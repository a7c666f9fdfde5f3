import { expect, test } from "bun:test";
import fc from "fast-check";
import { NameStems } from "./name-stems.ts";
import type { TreeFiles } from "./packed-files.ts";
import { Packing } from "./packing.ts";
import { taskTerms } from "./task-terms.ts";

type Tree = ReadonlyMap<string, string>;

function listingOf(tree: Tree): Uint8Array {
  const sorted = [...tree].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Buffer.from(sorted.map(([path, id]) => `100644 blob ${id}\t${path}\0`).join(""));
}

function packFiles(listing: Uint8Array, isHidden?: (path: string) => boolean): TreeFiles {
  const bytes = Buffer.from(listing);
  const packing = new Packing(isHidden);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    packing.add(bytes, start, end);
    start = end + 1;
  }
  return packing.files();
}

const HEADS = ["test", "src", "readme", "ts", "go", "lock"].map(
  (word) => new NameStems(taskTerms(word)).heads,
);

function read(files: TreeFiles) {
  return Array.from({ length: files.length }, (_, index) => ({
    ...files.at(index),
    folder: files.folderAt(index),
    name: files.nameAt(index),
    heads: HEADS.map((one) => files.hasHeadAt(index, one)),
  }));
}

const name = fc.constantFrom(..."a b é 𐀀 test src b.ts c_test.go README.md x.lock".split(" "));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const id = fc.constantFrom("1", "2", "3").map((digit) => digit.repeat(40));
const tree = fc
  .array(fc.tuple(path, id), { maxLength: 30 })
  .map((entries) => new Map(entries) as Tree);

test("files that were changed are those of a listing made anew", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const gone = [...before.keys()].filter((one) => !after.has(one));
      const changes = new Map<string, string | undefined>(after);
      for (const one of gone) changes.set(one, undefined);
      const files = packFiles(listingOf(before)).changed(changes);
      expect(read(files)).toEqual(read(packFiles(listingOf(after))));
      for (let index = 1; index < files.length; index += 1) {
        if (files.turnsAt(index)) continue;
        expect(files.folderAt(index)).toBe(files.folderAt(index - 1));
      }
      for (const one of after.keys()) expect(files.find(one)?.id).toBe(after.get(one) ?? "");
      for (const one of gone) expect(files.find(one)).toBeUndefined();
    }),
  );
});

test("a change of contents alone leaves the list before it as it was", () => {
  const before = packFiles(
    listingOf(
      new Map([
        ["a/b.ts", "1".repeat(40)],
        ["c.ts", "2".repeat(40)],
      ]),
    ),
  );
  const after = before.changed(new Map([["a/b.ts", "3".repeat(40)]]));
  expect(after.find("a/b.ts")?.id).toBe("3".repeat(40));
  expect(after.find("c.ts")?.id).toBe("2".repeat(40));
  expect(before.find("a/b.ts")?.id).toBe("1".repeat(40));
});

test("files whose contents changed, few of them or very many, are carried into a list with other paths", () => {
  for (const count of [3, 1500]) {
    const paths = Array.from({ length: 1600 }, (_, index) => `f/${10_000 + index}.ts`);
    const tree = new Map(paths.map((one) => [one, "1".repeat(40)]));
    const edited = new Map(paths.slice(20, 20 + count).map((one) => [one, "2".repeat(40)]));
    const added = new Map([["a.ts", "3".repeat(40)]]);
    const files = packFiles(listingOf(tree)).changed(edited).changed(added);
    const wanted = new Map([...tree, ...edited, ...added]);
    expect(read(files)).toEqual(read(packFiles(listingOf(wanted))));
  }
});

test("links, submodules, hidden files and names that are not text are left out", () => {
  const id = "a".repeat(40);
  const listing = Buffer.concat([
    Buffer.from(`100644 blob ${id}\ta\tb.ts\x00`),
    Buffer.from(`120000 blob ${id}\tlink\x00160000 commit ${id}\tmodule\x00`),
    Buffer.from(`100755 blob ${id}\t`),
    Buffer.from([0xff, 0]),
    Buffer.from(`100755 blob ${id}\trun.sh\x00100644 blob ${id}\tsecret\x00`),
  ]);
  const files = packFiles(listing, (path) => path === "secret");
  expect(read(files).map((file) => file.path)).toEqual(["a\tb.ts", "run.sh"]);
});

test("the end of what begins alike is found by bytes", () => {
  const paths = ["a.ts", "a/1", "a/2/3", "a/é", "a0", "b/1"];
  const files = packFiles(listingOf(new Map(paths.map((one) => [one, "1".repeat(40)]))));
  expect(files.endOf(Buffer.from("a/"), 1)).toBe(4);
  expect(files.endOf(Buffer.from("b/"), 5)).toBe(6);
});
