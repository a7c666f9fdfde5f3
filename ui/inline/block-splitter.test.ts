import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BlockSplitter, type SplitBlock } from "./block-splitter.ts";

function split(...pieces: readonly string[]): readonly SplitBlock[] {
  const splitter = new BlockSplitter();
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

const kinds = (blocks: readonly SplitBlock[]) => blocks.map(({ kind, text }) => `${kind}: ${text}`);

describe("blocks", () => {
  test("paragraphs are apart, and a blank line between them is known", () => {
    expect(split("one\nstill one\n\ntwo")).toEqual([
      { kind: "prose", text: "one\nstill one", gap: false },
      { kind: "prose", text: "two", gap: true },
    ]);
  });

  test("code comes line by line, just as it is", () => {
    expect(kinds(split("So:\n```ts\n\tconst a = 1;\n\n  b  \n```\nDone"))).toEqual([
      "prose: So:",
      "fence: ```ts",
      "code: \tconst a = 1;",
      "code: ",
      "code:   b  ",
      "fence: ```",
      "prose: Done",
    ]);
  });

  test("a shorter fence or another one does not close it", () => {
    expect(kinds(split("````\n```\n~~~~\n````")).slice(1, 3)).toEqual(["code: ```", "code: ~~~~"]);
  });

  test("code of a list item loses the indentation of its fence and no more", () => {
    expect(kinds(split("- a\n  ```\n    b\n  ```")).slice(2, 3)).toEqual(["code:   b"]);
  });

  test("a fence that never ends is closed where the answer ends", () => {
    expect(kinds(split("```\nhalf"))).toEqual(["fence: ```", "code: half", "fence: ```"]);
    const splitter = new BlockSplitter();
    splitter.push("```\nhalf");
    expect(splitter.inCode).toBe(true);
    splitter.end();
    expect(splitter.inCode).toBe(false);
  });

  test("a block without an end is cut between two lines", () => {
    const splitter = new BlockSplitter();
    expect(splitter.push("line\n".repeat(50))).toHaveLength(2);
    expect(splitter.tail(1000)).toBe("line\nline\n");
  });

  test("only the end of what is growing is looked at", () => {
    const splitter = new BlockSplitter();
    splitter.push("first\nsecond\nthi");
    expect(splitter.tail(5)).toBe("second\nthi");
  });

  test("what goes on after its beginning was taken does not become a list", () => {
    const splitter = new BlockSplitter();
    splitter.push("a plain line - and more");
    splitter.takePlain("a plain line ".length);
    splitter.push("\n");
    expect(splitter.end()).toEqual([{ kind: "prose", text: "\\- and more", gap: false }]);
  });

  test("only a line without markup is plain", () => {
    for (const text of ["a *b", "- a", "1. a", "  a", "a\nb", "```\na"]) {
      const splitter = new BlockSplitter();
      splitter.push(text);
      expect(splitter.plainLine).toBeUndefined();
    }
  });
});

test("however the text is cut, the blocks are the same", () => {
  const text = fc.string({ unit: fc.constantFrom("a", " ", "\n", "`", "```\n", "~~~", "- ", "|") });
  fc.assert(
    fc.property(text, fc.array(fc.nat(30)), (whole, cuts) => {
      const pieces: string[] = [];
      let rest = whole;
      for (const cut of cuts) {
        pieces.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      expect(split(...pieces, rest)).toEqual(split(whole));
    }),
  );
});
