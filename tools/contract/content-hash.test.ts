import { expect, test } from "bun:test";
import fc from "fast-check";
import { contentHash, fileHashes } from "./content-hash.ts";
import type { ToolFolder } from "./tool-folder.ts";

const files = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string(), { maxKeys: 5 });

function folder(entries: Iterable<[string, string]>): ToolFolder {
  return { name: "probe", files: new Map(entries) };
}

test("is a SHA-256 that stays the same over versions", () => {
  const tool = folder([
    ["spec.json", "{}"],
    ["tool.ts", "ü"],
  ]);
  const text = "9 2\nspec.json{}7 2\ntool.tsü";
  expect(contentHash(tool)).toBe(new Bun.CryptoHasher("sha256").update(text).digest("hex"));
});

test("does not depend on the order of the files, nor on the name of the folder", () => {
  fc.assert(
    fc.property(files, (entries) => {
      const list = Object.entries(entries);
      const reversed = { ...folder(list.toReversed()), name: "other" };
      expect(contentHash(reversed)).toBe(contentHash(folder(list)));
    }),
  );
});

test("differs wherever names or contents differ", () => {
  fc.assert(
    fc.property(files, files, (one, other) => {
      fc.pre(
        JSON.stringify(Object.entries(one).sort()) !== JSON.stringify(Object.entries(other).sort()),
      );
      fc.pre([...Object.values(one), ...Object.values(other)].every((text) => text.isWellFormed()));
      fc.pre([...Object.keys(one), ...Object.keys(other)].every((name) => name.isWellFormed()));
      expect(contentHash(folder(Object.entries(one)))).not.toBe(
        contentHash(folder(Object.entries(other))),
      );
    }),
  );
});

test("keeps apart what only reads the same when it is joined", () => {
  const hashes = [
    [["ab", "c"]],
    [["a", "bc"]],
    [
      ["a", ""],
      ["bc", ""],
    ],
    [["a", "2 0\nbc"]],
    [],
  ].map((entries) => contentHash(folder(entries as [string, string][])));
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("tells the hash of each file, sorted by name", () => {
  const hashes = fileHashes(
    folder([
      ["b", "2"],
      ["a", "1"],
    ]),
  );
  expect(Object.keys(hashes)).toEqual(["a", "b"]);
  expect(hashes["a"]).toBe(new Bun.CryptoHasher("sha256").update("1").digest("hex"));
});
