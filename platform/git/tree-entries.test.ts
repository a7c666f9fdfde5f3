import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newlyRefusedEntries, readTreeEntries, refusedTreeEntries } from "./tree-entries.ts";

const ID = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

interface Line {
  readonly path: string | Uint8Array;
  readonly mode?: string;
}

/** What `git ls-tree -r -z` prints for these entries. */
function listing(...lines: readonly (string | Line)[]): Uint8Array {
  const parts = lines.flatMap((line) => {
    const { path, mode = "100644" } = typeof line === "string" ? { path: line } : line;
    const type = mode === "160000" ? "commit" : "blob";
    return [Buffer.from(`${mode} ${type} ${ID}\t`), Buffer.from(path), Buffer.from([0])];
  });
  return Buffer.concat(parts);
}

/** The reason against a tree with one file, or undefined. */
function problem(path: string | Uint8Array, mode = "100644"): string | undefined {
  return refusedTreeEntries(listing({ path, mode }))[0]?.why;
}

test("reads what Git prints", () => {
  expect(readTreeEntries(listing("a", { path: "b c/d", mode: "100755" }))).toEqual([
    { mode: "100644", objectId: ID, path: "a" },
    { mode: "100755", objectId: ID, path: "b c/d" },
  ]);
  expect(readTreeEntries(new Uint8Array())).toEqual([]);
});

test("a listing that was cut off, or is none, is a bug and no harmless tree", () => {
  expect(() => readTreeEntries(listing("a", "b").slice(0, -1))).toThrow("ends in the middle");
  expect(() => readTreeEntries(Buffer.from("040000 tree\0"))).toThrow("Not a line");
});

test("ordinary trees pass", () => {
  const tree = listing(
    ".gitignore",
    ".github/workflows/a.yml",
    "README.md",
    "docs/größe.md",
    "docs/日本語 (1).md",
    "src/a.ts",
    "src/a.test.ts",
    "src/gitignore-reader.ts",
    "src/git~",
    "src/console.ts",
  );
  expect(refusedTreeEntries(tree)).toEqual([]);
});

test.each([
  ["120000", "it is a symbolic link"],
  ["160000", "it is a submodule"],
  ["100755", "it is executable"],
  ["100664", "its mode is 100664"],
  ["040000", "its mode is 040000"],
])("mode %s is refused", (mode, why) => {
  expect(problem("a", mode)).toBe(why);
});

test("executable files pass where the rules say so, and links do not", () => {
  const tree = listing({ path: "run.sh", mode: "100755" }, { path: "link", mode: "120000" });
  expect(refusedTreeEntries(tree, { executables: true })).toEqual([
    { path: '"link"', why: "it is a symbolic link" },
  ]);
});

describe("names that Git would obey, in every spelling", () => {
  test.each([
    ".git/config",
    ".GIT/config",
    "a/.Git/hooks/post-checkout",
    ".git ",
    ".git./x",
    ".git . .",
    ".git::$INDEX_ALLOCATION/config",
    ".git:x",
    ".g\u200cit/config",
    "\ufeff.git/config",
    ".gi\u202et",
    ".gi\u00adt",
    ".ｇｉｔ",
    "git~1/config",
    "GIT~2",
    ".gitmodules",
    ".gitmoduleſ",
    "gitmod~1",
    "GI7EBA~1",
    ".GitAttributes",
    "sub/.gitattributes",
  ])("%j", (path) => {
    expect(problem(path)).toMatch(/Git obeys|composed form/);
  });
});

test.each([
  ["a\nb", "cannot be seen"],
  ["a\u001b[2Jb", "cannot be seen"],
  ["a\u202eb", "cannot be seen"],
  ["a\u200bb", "cannot be seen"],
  ["a\u2028b", "cannot be seen"],
  ["a\ue000b", "cannot be seen"],
  ["u\u0308ber", "composed form"],
  ["a\\b", "separator"],
  ["c:/a", "separator"],
  ["a:stream", "separator"],
  ["name.", "leaves out the end"],
  ["name /x", "leaves out the end"],
  ["con", "a device"],
  ["src/NUL.txt", "a device"],
  ["--upload-pack=x", "an option"],
  ["src/-rf", "an option"],
  ["../x", "not a name of a file"],
  ["a/./b", "not a name of a file"],
  ["a//b", "not a name of a file"],
  ["/etc/passwd", "not a name of a file"],
  ["", "not a name of a file"],
  ["a".repeat(256), "longer than 255 bytes"],
  [Array(300).fill("abc").join("/"), "longer than 1024 bytes"],
])("%j is refused", (path, why) => {
  expect(problem(path)).toContain(why);
});

test("a name that is not UTF-8 is refused, and shown by its object", () => {
  const [entry] = refusedTreeEntries(listing({ path: Uint8Array.of(0x61, 0xff) }));
  expect(entry).toEqual({ path: `object ${ID}`, why: "its name is not valid UTF-8" });
});

test.each([
  [["Tool.ts", "tool.ts"]],
  [["src/a.ts", "SRC/b.ts"]],
  [["straße", "STRASSE"]],
  [["ﬁle", "file"]],
  [["Ａ", "a"]],
  [["ς", "σ"]],
  [["İx", "i̇x"]],
  [["a", "a/b"]],
  [["a", "A/b"]],
  [["same", "same"]],
])("%j are two spellings of one name", (paths) => {
  expect(refusedTreeEntries(listing(...paths))).toHaveLength(1);
});

test("the reason names the other spelling, and nothing in it can be obeyed by a terminal", () => {
  expect(refusedTreeEntries(listing("a/B", "a/b", "\u001b[2J"))).toEqual([
    { path: '"a/b"', why: 'it is the same as "a/B"' },
    { path: '"\\u001b[2J"', why: "a character in it cannot be seen" },
  ]);
  expect(refusedTreeEntries(listing("x\u202e"))[0]?.path).toBe('"x\\u{202e}"');
});

test("never throws on what Git can print, and never passes a reserved name", () => {
  const name = fc.string({
    unit: fc.constantFrom(".", "g", "G", "i", "t", " ", "\u200c", "\ufeff", ":", "~", "1", "/"),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), (paths) => {
      const refused = refusedTreeEntries(listing(...paths)).length;
      const harmful = paths.filter((path) =>
        path
          .split("/")
          .some((part) => /^\.git[ .]*(:.*)?$/i.test(part.replace(/[\u200c\ufeff]/g, ""))),
      );
      expect(refused).toBeGreaterThanOrEqual(new Set(harmful).size);
    }),
  );
});

test("only what a change adds counts against it", () => {
  const before = listing("a:b", "ok");
  expect(newlyRefusedEntries(before, listing("a:b", "ok", "new"))).toEqual([]);
  expect(newlyRefusedEntries(before, listing("a:b", "OK", "ok"))).toEqual([
    { path: '"ok"', why: 'it is the same as "OK"' },
  ]);
  const link: Line = { path: "a:b", mode: "120000" };
  expect(newlyRefusedEntries(before, listing(link))).toEqual([
    { path: '"a:b"', why: "it is a symbolic link" },
  ]);
});
