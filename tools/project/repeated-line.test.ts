import { expect, test } from "bun:test";
import fc from "fast-check";
import { growth, LINEAR } from "#test/processor-time.ts";
import { projectCopy } from "../../test/project-copy-fixture.ts";
import { withoutRepetition } from "./repeated-line.ts";

type Example = readonly [
  what: string,
  file: string,
  search: string,
  replace: string,
  wanted?: string | undefined,
  ...rest: unknown[],
];

/** What one edit makes of a text; `undefined` where it is unclear. */
function after([, file, search, text]: Example, path = "a.ts"): string | undefined {
  const start = file.indexOf(search);
  const resolved = withoutRepetition(file, { start, end: start + search.length, text }, path);
  if (resolved.kind === "unclear") return undefined;
  const { edit } = resolved;
  return file.slice(0, edit.start) + edit.text + file.slice(edit.end);
}

const CALL = '    parser.add_argument("file", help="one line each")\n';

test.each<Example>([
  [
    "a definition for its name",
    "def split_line(line):\n    return line\n",
    "split_line",
    "def split_line(line, mark):",
    "def split_line(line, mark):\n    return line\n",
  ],
  [
    "a call with its arguments for its name",
    CALL,
    "parser.add_argument",
    "parser.add_argument('file', help='visits')",
    "    parser.add_argument('file', help='visits')\n",
  ],
  [
    "a call over several lines",
    "add(\n  one,\n  two,\n);\n",
    "add",
    "add(one, three)",
    "add(one, three);\n",
  ],
  ["a call without arguments", "run();\n", "run", "run(all)", "run(all);\n"],
  ["a statement for its end", "  return a - b;\n", "a - b", "return a + b;", "  return a + b;\n"],
  ["a statement without its mark", "const n = one;\n", "one", "const n = two", "const n = two;\n"],
  ["the rest of a line", "let a = f(b);\n", "f", "g(b);", "let a = g(b);\n"],
  ["a mark of the line", "  'port': 80,\n", "'port': 80", "'port': 90,", "  'port': 90,\n"],
  ["a part of the rest", "a = one + two\n", "one", "three +", "a = three + two\n"],
  ["what closes a bracket", "f(g(a));\n", "a", "b)", "f(g(b));\n"],
  ["an opened call", 'add("file", 1)\nnext()\n', "add(", 'add("name")', 'add("name")\nnext()\n'],
  ["an opened call and its mark", "add(one);\n", "add(", "put(two);", "put(two);\n"],
  [
    "several lines for the end of one",
    "import a\nsay()\n",
    "a",
    "import a\nimport b",
    "import a\nimport b\nsay()\n",
  ],
  [
    "a beginning that goes on behind the passage",
    "if (a && isOpen(b)) {\n}\n",
    "a && isOpen",
    "if (a && isShut",
    "if (a && isShut(b)) {\n}\n",
  ],
  ["a line with Windows ends", "return a;\r\nnext\r\n", "a", "return b;", "return b;\r\nnext\r\n"],
])("what a replacement repeats goes, too: %s", (...example) => {
  expect(after(example)).toBe(example[4] ?? "");
});

test.each<Example>([
  ["brackets around a part", "f(x)\n", "x", "(x)"],
  ["the same bracket at both beginnings", "(a + b) * c\n", "a + b)", "(a + b) / 2)"],
  ["a block in a block", "if (a) { b }\n", "b", "if (c) { b }"],
  ["another name", "total = cost + tax\n", "cost", "price"],
  ["another argument", "f(a, b)\n", "b", "b, c"],
  ["a sum in brackets", "f(x + 1)\n", "x", "(x + 1)"],
  ["a negation", "if (!open) {\n", "open", "!open"],
  ["a call of a name that is not called", "map(items, name)\n", "name", "name(1)"],
  ["a whole line", "  return a\n", "  return a", "  return a + a"],
  ["several lines", "a(\nb)\n", "a(\nb)", "a(\nc)"],
  ["the end of a word", "a b = 1\n", "a ", "xb"],
  ["the beginning of a word", "f( bar)\n", "f( ", "g( b"],
  ["an apostrophe", "it's (new)\n", "new", "old"],
])("an edit that can be meant to the letter is made to the letter: %s", (...example) => {
  const [, file, search, replace] = example;
  expect(after(example)).toBe(file.replace(search, () => replace));
});

test.each<Example>([
  ["a word twice", "This is very good.\n", "good", "very good"],
  ["the beginning of its line", "The price is low.\n", "price", "The price of it"],
  ["the end of its line", "See a, b.\n", "a", "c, b."],
])("in prose an edit is made to the letter that repeats %s", (...example) => {
  const [, file, search, replace] = example;
  for (const path of ["a.md", "notes.txt", "LICENSE"]) {
    expect(after(example, path)).toBe(file.replace(search, () => replace));
  }
  const line: Example = ["", "Port 80 is open.\n", "80", "Port 90 is open."];
  expect(after(line, "a.md")).toBe("Port 90 is open.\n");
});

test.each<Example>([
  ["whether the rest of the line stays", "fields = a + b\n", "a", "fields = c"],
  ["whether a result is called", "app.use(handler(request))\n", "handler", "handler(config)"],
])("an edit is refused where it is unclear %s", (...example) => {
  expect(after(example)).toBeUndefined();
});

test("edit_file makes an edit that repeats its line, and shows the line of one that is unclear", async () => {
  using copy = projectCopy({ "a.py": "def cut(line):\n    return a + b\n" });
  const call = async (search: string, replace: string) =>
    await copy.call("edit_file", { path: "a.py", search, replace });
  expect(await call("cut", "def cut(line, mark):")).toMatchObject({ ok: true });
  expect(copy.text("a.py")).toBe("def cut(line, mark):\n    return a + b\n");
  const { ok, output } = await call("a + ", "return c");
  expect({ ok, output }).toEqual({
    ok: false,
    output:
      "replace repeats what stands beside search on its line. Put the whole line into search, and the whole new line into replace. Nothing changed. The line in a.py:\n    return a + b",
  });
});

test("whatever is edited, all other lines stay as they were", () => {
  const piece = fc.string({
    unit: fc.constantFrom("a", "b", "(", ")", " ", ";", '"', "\\"),
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.tuple(piece, piece, piece, piece), ([before, search, rest, replace]) => {
      const file = `first\n${before}${search}${rest}\nlast\n`;
      const start = 6 + before.length;
      const resolved = withoutRepetition(
        file,
        { start, end: start + search.length, text: replace },
        "a.py",
      );
      if (resolved.kind === "unclear") return resolved.line === before + search + rest;
      return resolved.edit.start >= 6 && resolved.edit.end <= file.length - 6;
    }),
  );
});

test("a line of brackets and quotation marks takes a time that grows with its length alone", async () => {
  const grown = await growth((size) => {
    const file = `f(${"'\\'(".repeat(12_500 * size)}`;
    const edit = { start: 0, end: 1, text: `f(${"'(\"".repeat(12_500 * size)}` };
    withoutRepetition(file, edit, "a.ts");
  });
  expect(grown).toBeLessThan(LINEAR);
});
