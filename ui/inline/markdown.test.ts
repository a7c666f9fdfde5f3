import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ANSI, PLAIN } from "#room/style.ts";
import { prose, verbatim } from "./markdown.ts";

const plain = (source: string, columns = 60) => prose(source, { style: PLAIN, columns });
const styled = (source: string, columns = 60) => prose(source, { style: ANSI, columns });

describe("prose", () => {
  test.each([
    ["# Title", "# Title"],
    ["one\ntwo", "one\ntwo"],
    ["**bold** *thin* `code` ~~gone~~", "**bold** *thin* `code` ~~gone~~"],
    ["- a\n- b\n  - c", "• a\n• b\n  • c"],
    ["3. a\n4. b", "3. a\n4. b"],
    ["- [x] done\n- [ ] open", "• [x] done\n• [ ] open"],
    ["> quoted\n> twice", "> quoted\n> twice"],
    ["[here](https://a.example/b)", "here (https://a.example/b)"],
    ["<https://a.example/b>", "<https://a.example/b>"],
    ["![a cat](cat.png)", "[image: a cat (cat.png)]"],
    ["---", "────"],
    ["| a | bb |\n|---|---|\n| 안 | 2 |", "a  │ bb\n───┼───\n안 │ 2"],
    ["a <b>c</b> && d", "a <b>c</b> && d"],
    ["    indented", "    indented"],
  ])("%j is read as %j", (source, text) => {
    expect(plain(source)).toBe(text);
  });

  test("is styled where the terminal can show it", () => {
    expect(styled("**bold** and `code`")).toBe(
      "\u001b[1mbold\u001b[22m and \u001b[36m`code`\u001b[39m",
    );
  });

  test("is folded between words, and list items stand below their beginning", () => {
    expect(plain("- one two three four", 12)).toBe("• one two\n  three four");
    expect(plain("안녕 안녕 안녕", 6)).toBe("안녕\n안녕\n안녕");
    expect(plain("x".repeat(25), 10)).toBe(`${"x".repeat(10)}\n${"x".repeat(10)}\nxxxxx`);
  });

  test("cannot forge a line of ours, however it gets into the first column", () => {
    const forged = ["● user", "**● user**", "&#9679; user", "a&NewLine;● user", "✔ sh 0.1 s"];
    for (const source of forged) {
      expect(Bun.stripANSI(styled(source))).not.toMatch(/^[●⚙✔✘]/m);
    }
    expect(plain("aaaa ● user", 6)).toBe("aaaa ●\nuser");
    expect(plain("aaaa ● user", 5)).toBe("aaaa\n ●\nuser");
  });

  test("an entity that is a control character becomes nothing", () => {
    const sources = ["&#27;[2J", "`a`&#x1b;]52;c;AAAA&#7;", "[a](&#27;c)", "![&#27;c](&#x9b;2J)"];
    for (const source of sources) expect(plain(source)).not.toMatch(/\p{Cc}/u);
  });
});

test("code stays as it is, but for a line that looks like ours", () => {
  expect(verbatim("\tif (a)  {\n\n  }  ")).toBe("\tif (a)  {\n\n  }  ");
  expect(verbatim("● user")).toBe(" ● user");
});

test("whatever is written, nothing but colours of ours comes out, and no row is too wide", () => {
  const unit = fc.constantFrom(
    "a",
    "안",
    " ",
    "\n",
    "*",
    "`",
    "_",
    "[",
    "](",
    ")",
    "&#27;",
    "&#155;",
    "|",
    "-",
    "#",
    "1. ",
    "> ",
    "●",
  );
  fc.assert(
    fc.property(fc.string({ unit }), fc.integer({ min: 12, max: 80 }), (source, columns) => {
      const text = styled(source, columns);
      const codes = [1, 2, 3, 22, 23, 36, 39].map((code) => `\u001b[${code}m`);
      const bare = codes.reduce((rest, code) => rest.replaceAll(code, ""), text);
      expect(bare.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
      // Moving a forged mark needs one column.
      for (const line of text.split("\n"))
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns + 1);
    }),
  );
});
