import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { kindsOf } from "./code-text.ts";

/** The text, with "·" for each character of a text and "#" for each of a comment. */
function marked(text: string, path: string): string {
  const kinds = kindsOf(text, path);
  return [...text]
    .map((one, at) => (one === "\n" ? one : ([one, "·", "#"][kinds[at] ?? 0] ?? one)))
    .join("");
}

describe("what is code in", () => {
  test.each<[path: string, text: string, expected: string]>([
    ["a.ts", "a('x\\'y', \"//\") // b", "a(······, ····) ####"],
    ["a.ts", "a /* 'b' */ + c", "a ######### + c"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is read, not filled in.
    ["a.ts", "`a ${b(`c ${'}'} `)} \\` d` + e", "·························· + e"],
    ["a.ts", "x = /['\"`]/g; y / 2 / z", "x = ·······g; y / 2 / z"],
    ["a.ts", "match(\n      /[/*]/) b", "match(\n      ······) b"],
    ["a.py", "a = 'x' # b", "a = ··· ###"],
    ["a.py", '  """\ntest\n"""\na', "  ###\n####\n###\na"],
    ["a.py", 'a = """x\n"y""" + b', "a = ····\n····· + b"],
    ["a.go", "a(`\\`, 'x', '\"') // b", "a(···, ···, ···) ####"],
    ["a.rs", "fn a<'b>(c: &'b str) { 'x'; \"y\nz\" }", "fn a<'b>(c: &'b str) { ···; ··\n·· }"],
    ["a.rs", 'r#"a"b"# + r"\\" + c', "r#······ + r··· + c"],
    ["A.java", 'a("""\nb""") + \'c\'', "a(···\n····) + ···"],
    ["a.rb", "a # b 'c'", "a #######"],
    ["a.ts", "'open\nb", "·····\nb"],
  ])("%s: %j", (path, text, expected) => {
    expect(marked(text, path)).toBe(expected);
  });
});

test("each character has one kind, whatever the text is", () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    "`",
    "/",
    "*",
    "#",
    "\\",
    "\n",
    "{",
    "}",
    "$",
    "a",
    " ",
    "r",
  );
  const path = fc.constantFrom("a.ts", "a.py", "a.rs", "a.go", "a.java");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), path, (pieces, name) => {
      const text = pieces.join("");
      expect(kindsOf(text, name)).toHaveLength(text.length);
    }),
  );
});
