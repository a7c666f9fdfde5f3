import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { processorMs } from "#test/processor-time.ts";
import { wholeBlock } from "./whole-block.ts";

type Edit = readonly [search: string, text: string];

function edited(file: string, [search, text]: Edit, path = "a.ts"): string {
  const start = file.indexOf(search);
  const resolved = wholeBlock(file, { start, end: start + search.length, text }, path);
  return file.slice(0, resolved.start) + resolved.text + file.slice(resolved.end);
}

const CART = `export function total(lines: Line[]): number {
  return lines.reduce((sum, { price }) => sum + price, 0);
}

export const names = (lines: Line[]) => lines.map((line) => \`{\${line.name}\`);
`;
const HEAD = "export function total(lines: Line[]): number";
const REST = CART.slice(CART.indexOf("\n\nexport const"));
const SUMS =
  "class A:\n    def sub(a, b):\n        x = a\n\n        return x + b\n\n    def two(a):\n        return a\n";

const GLOBS = `clean() {
  rm -rf build/*
}

test_all() {
  make test
}

deploy() {
  cp -r packages/*/dist out/
}
`;
const PARTS =
  "export function parts(md: string) {\n  return md.split(/`/);\n}\n\nexport function keep() {\n  return 1;\n}\n\nexport function last(x: string) {\n  return `<b>`;\n}\n";
const PARTS_HEAD = "export function parts(md: string) {";
const CASES =
  'switch (x) {\n  case 1:\n    first();\n    return "one";\n  default:\n    return "none";\n}\n';

describe("the whole block goes", () => {
  test("where the head opens it, and the replacement closes it", () => {
    const whole = `${HEAD} { return lines.reduce((sum, { price, count }) => sum + price * count, 0); }`;
    expect(edited(CART, [`${HEAD} {`, whole])).toBe(whole + REST);
    const lines = `${HEAD} {\n  // a } in a comment\n  return "}".length;\n}\n`;
    expect(edited(CART, [`${HEAD} {\n`, lines])).toBe(lines.trimEnd() + REST);
  });

  test("where the brace stands behind the head in the file", () => {
    const whole = `${HEAD} { return 0; }`;
    expect(edited(CART, [HEAD, whole])).toBe(whole + REST);
  });

  test("where a body stands on the line of a head that has an indented one", () => {
    expect(edited(SUMS, ["    def sub(a, b):", "    def sub(a, b): return a - b"], "a.py")).toBe(
      "class A:\n    def sub(a, b): return a - b\n\n    def two(a):\n        return a\n",
    );
    expect(edited("def f(a):\n    return a", ["def f(a):", "def f(a): return 1"], "a.py")).toBe(
      "def f(a): return 1",
    );
  });

  test("where lines end as on Windows, and keep their ends", () => {
    const python = "def f(a):\r\n    b = a\r\n    return b\r\n\r\ndef g():\r\n    return 1\r\n";
    expect(edited(python, ["def f(a):", "def f(a): return a"], "a.py")).toBe(
      "def f(a): return a\r\n\r\ndef g():\r\n    return 1\r\n",
    );
    const script = "f() {\r\n  a();\r\n}\r\ng();\r\n";
    expect(edited(script, ["f() {", "f() { b(); }"])).toBe("f() { b(); }\r\ng();\r\n");
  });

  test("where the head has several lines", () => {
    const file = "async function f(\n  a: string,\n) {\n  await a;\n}\ng();\n";
    const head = "async function f(\n  a: string,\n) {";
    expect(edited(file, [head, `${head} }`])).toBe(`${head} }\ng();\n`);
    const hanging = "  if (a &&\n      b) {\n    c();\n  }\n  d();\n";
    expect(edited(hanging, ["if (a &&\n      b) {", "if (a &&\n      b) { e(); }"])).toBe(
      "  if (a &&\n      b) { e(); }\n  d();\n",
    );
    const python = "def f(\n    a,\n):\n    return a\n\nb = 1\n";
    expect(edited(python, ["def f(\n    a,\n):", "def f(\n    a,\n): return 1"], "a.py")).toBe(
      "def f(\n    a,\n): return 1\n\nb = 1\n",
    );
  });

  test("in a shell script, where a pattern is not a comment", () => {
    const whole = "clean() {\n  rm -rf build\n}";
    expect(edited(GLOBS, ["clean() {", whole], "ci.sh")).toBe(
      whole + GLOBS.slice(GLOBS.indexOf("\n\ntest_all")),
    );
  });

  test("before a comment of the next definition", () => {
    const file = "def f(a):\n    return a\n\n# Two.\nb = 2\n";
    expect(edited(file, ["def f(a):", "def f(a): return 1"], "a.py")).toBe(
      "def f(a): return 1\n\n# Two.\nb = 2\n",
    );
  });
});

describe("an edit is taken to the letter", () => {
  test.each<[what: string, path: string, file: string, search: string, text: string]>([
    ["that adds a line behind the head", "a.ts", CART, `${HEAD} {`, `${HEAD} {\n  log();`],
    [
      "that adds a block behind the head",
      "a.ts",
      CART,
      `${HEAD} {`,
      `${HEAD} {\n  if (a) { b(); }`,
    ],
    ["of another head", "a.ts", CART, `${HEAD} {`, "export function sum(): number {"],
    [
      "that adds another function",
      "a.ts",
      CART,
      "\nexport const",
      "\nexport function two() { return 2; }\nexport const",
    ],
    ["that adds a docstring", "a.py", SUMS, "def two(a):", 'def two(a):\n        """Two."""'],
    ["that adds a docstring on its line", "a.py", SUMS, "def two(a):", 'def two(a): r"Two."'],
    ["that adds a comment", "a.py", SUMS, "def two(a):", "def two(a):  # two"],
    ["that adds a type", "a.py", SUMS, "def two(a)", "def two(a) -> int"],
    ["of a body on its own line", "a.py", "if a: b\n    c\n", "if a:", "if a: d;"],
    ["whose braces do not close", "a.ts", "f() {\n", "f() {", "f() { }"],
    [
      "behind a mark in a regular expression",
      "md.ts",
      PARTS,
      PARTS_HEAD,
      `${PARTS_HEAD}\n  return [];\n}`,
    ],
    ["that adds a comment behind a case", "a.ts", CASES, "  case 1:", "  case 1: // the first"],
    ["that adds a case behind a case", "a.ts", CASES, "case 1:", "case 1: case 2:"],
    ["of a key in YAML", "ci.yml", "if:\n  image: node\n  retry: 2\n", "if:", "if: &if"],
    ["of a paragraph", "README.md", "Usage:\n\n    org ask\n\nMore.\n", "Usage:", "Usage: here"],
    ["of an object in JSON", "a.json", '{\n"a": {\n  "b": 1\n}\n}\n', '"a": {', '"a": { }'],
    ["of a file without an end to its name", "Makefile", "a() {\n  b\n}\n", "a() {", "a() { }"],
    ["of a dict in Python", "a.py", "x = {1:\n    2}\n", "x = {1:", "x = {1: 3, 4:5,6 :7"],
    [
      "in a docstring",
      "a.py",
      '"""\nif it is so:\n    text\n"""\n',
      "if it is so:",
      "if it is so: good",
    ],
    [
      "of a body with a text at the margin",
      "a.py",
      'def f():\n  a = """\n  b\nc"""\n',
      "def f():",
      "def f(): d",
    ],
    [
      "of a body with a comment at the margin",
      "a.py",
      "def f():\n  a\n# b\n  c\n",
      "def f():",
      "def f(): d",
    ],
    [
      "of a body with a label at the margin",
      "a.c",
      "f() {\n  a();\nend:\n  b();\n}\n",
      "f() {",
      "f() { c(); }",
    ],
    ["of a body that ends amid a line", "a.ts", "f() {\n  a(); }\n", "f() {", "f() { c(); }"],
  ])("%s, in %s", (...[, path, file, search, text]) => {
    expect(edited(file, [search, text], path)).toBe(file.replace(search, () => text));
  });
});

const UNIT = fc.constantFrom(
  "function f(a) {\n  return a;\n}",
  "function g(a) {\n  return a.split(/`/);\n}",
  "function h(a) {\n  return `\n}\n`;\n}",
  "function i(a) {\n  return a.replace(/[{\"/*]/, '}');\n}",
  "switch (x) {\n  case 1:\n    f();\n  default:\n    g();\n}",
  "// f() {\n//   old\n// }",
  "const j = {\n  k: 1,\n  l() {\n    return '/*';\n  },\n};",
  "outer:\nfor (const m of x) {\n  for (;;) {\n    if (m) break outer;\n  }\n}",
);
const ADDED = fc.constantFrom(
  "}",
  " }",
  "\n  m();\n}",
  " // }",
  " n();",
  " case 2:",
  "\n// {}",
  " }\n{ o(); }",
);

test("an edit that is valid to the letter is taken so, whatever stands in the program", () => {
  const transpiler = new Bun.Transpiler({ loader: "js" });
  const isValid = (text: string) => {
    try {
      transpiler.transformSync(text);
      return true;
    } catch {
      return false;
    }
  };
  const units = fc
    .array(UNIT, { minLength: 1, maxLength: 5 })
    .map((all) => `${all.join("\n\n")}\n`);
  let letters = 0;
  fc.assert(
    fc.property(units, fc.nat(), ADDED, (file, place, added) => {
      const heads = [...file.matchAll(/^.*[{:](?=\n)/gm)];
      const head = heads[place % heads.length];
      if (head === undefined) return;
      const end = head.index + head[0].length;
      const edit = { start: head.index, end, text: head[0] + added };
      const letter = file.slice(0, end) + added + file.slice(end);
      if (!isValid(letter)) return;
      letters += 1;
      expect(wholeBlock(file, edit, "a.js")).toEqual(edit);
    }),
  );
  expect(letters).toBeGreaterThan(5);
});

test("no line goes but of a whole block in a language whose blocks are known", () => {
  const line = fc.constantFrom(
    "}",
    "a {",
    "  b;",
    "  c {",
    "  }",
    "x:",
    "  y:",
    "    z",
    "",
    '"""',
    "# d",
    "build/*",
  );
  const path = fc.constantFrom(
    "a.ts",
    "a.sh",
    "a.py",
    "a.yml",
    "a.md",
    "Makefile",
    "a.json",
    "a.css",
  );
  const lines = fc.array(line, { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(lines, fc.nat(), fc.tuple(ADDED, path), (all, place, [added, name]) => {
      const file = `${all.join("\n")}\n`;
      const index = place % all.length;
      const start = all.slice(0, index).join("\n").length + (index === 0 ? 0 : 1);
      const head = all[index] ?? "";
      const edit = { start, end: start + head.length, text: head + added };
      const gone = file.slice(edit.end, wholeBlock(file, edit, name).end);
      if (gone === "") return;
      const [first, ...body] = gone.split("\n");
      const indent = head.search(/\S/);
      const deeper = (one: string) => one.trim() === "" || one.search(/\S/) > indent;
      expect(first).toBe("");
      expect(name).toMatch(/[.](ts|sh|css|py)$/);
      if (!name.endsWith(".py")) expect(body.pop()).toBe(`${" ".repeat(indent)}}`);
      expect(body.every(deeper)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("whatever is edited, what stands before it stays, and so does all behind its block", () => {
  const piece = fc.constantFrom("{", "}", "a", "\n", " ", '"', "'", "`", ":", "//", "  b\n");
  const textOf = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(textOf, textOf, textOf, (before, head, rest) => {
      const file = `${before}${head}${rest}`;
      const end = before.length + head.length;
      const edit = { start: before.length, end, text: `${head} { x }` };
      const resolved = wholeBlock(file, edit, "a.ts");
      expect(resolved.start).toBe(edit.start);
      expect(resolved.end).toBeGreaterThanOrEqual(edit.start + head.trimEnd().length);
      expect(resolved.end).toBeLessThanOrEqual(file.length);
    }),
  );
});

test("hostile files take a time that grows with their length alone", async () => {
  for (const piece of ["/*", '\\"', "\\'", "\\`", '"{', "`{", "//{\n", "{", "'\n"]) {
    const file = `f() {${piece.repeat(300_000)}`;
    expect(await processorMs(() => edited(file, ["f() {", "f() { a(); }"]))).toBeLessThan(3000);
  }
});

test("a brace counts behind a quotation mark that ends nothing", () => {
  const rust = "fn f<'a>(x: &'a str) {\n  g(x)\n}\nfn h() {}\n";
  const whole = "fn f<'a>(x: &'a str) { x }";
  expect(edited(rust, ["fn f<'a>(x: &'a str) {", whole], "a.rs")).toBe(`${whole}\nfn h() {}\n`);
});

describe("a block that is an argument, as a test or a handler,", () => {
  const file =
    "test('a', () => {\n  expect(f({})).toBe(1);\n});\n\ntest('b', () => {\n  g();\n});\n";
  const head = "test('a', () => {";
  const rest = "\n\ntest('b', () => {\n  g();\n});\n";

  test("is replaced as a whole, with what closes the call", () => {
    const whole = `${head}\n  expect(f()).toBe(2);\n});`;
    expect(edited(file, [head, whole])).toBe(whole + rest);
    expect(edited(file, [head, whole.slice(0, -1)])).toBe(`${whole}${rest}`);
    const handler = "app.get('/', async (request) => {\n  return 1;\n}, [auth]);\n";
    // What follows the block is not an end of the call: no rule can say whether it is meant.
    expect(
      edited(handler, [
        "app.get('/', async (request) => {",
        "app.get('/', async (request) => {\n  return 2;\n});",
      ]),
    ).toContain("return 1");
  });

  test("stays where the replacement closes something else", () => {
    const inner = `${head}\n  it('c', () => {\n    h();\n  });`;
    expect(edited(file, [head, inner])).toBe(inner + file.slice(head.length));
  });

  test("ends with the marks that the file has", () => {
    const list = "use([\n  () => {\n    a();\n  },\n  () => {\n    b();\n  },\n]);\n";
    expect(edited(list, ["  () => {\n    a();", "  () => {\n    a();\n    c();\n  },"])).toContain(
      "a();\n",
    );
    const bare = "run(() => {\n  a();\n})\nnext();\n";
    expect(edited(bare, ["run(() => {", "run(() => {\n  b();\n});"])).toBe(
      "run(() => {\n  b();\n});\nnext();\n",
    );
  });
});
