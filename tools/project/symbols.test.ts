import { expect, test } from "bun:test";
import fc from "fast-check";
import { growth, LINEAR } from "#test/processor-time.ts";
import { languageOf, symbolsOf } from "./symbols.ts";

/** A file of each kind, what it shows to others, and what it keeps within. */
const FILES: readonly (readonly [
  path: string,
  text: string,
  top: readonly string[],
  inner: readonly string[],
])[] = [
  [
    "a.ts",
    `import { x } from "y";
export interface Options { a: string }
export type Id = string;
export const enum Kind { A }
export default class Room extends Base {
  #listeners = [];
  static async open(name: string): Promise<Room> {
    if (name) {
    }
    return new Room();
  }
  get size(): number {
  }
}
export async function* stream<T>(of: T) {
}
const hidden = 1;
function helper() {}
`,
    ["Options", "Id", "Kind", "Room", "stream"],
    ["open", "size", "hidden", "helper"],
  ],
  ["b.cjs", "exports.read = 1;\nmodule.exports.write = () => {};\n", ["read", "write"], []],
  [
    "c.py",
    "LIMIT: int = 3\nasync def load(x):\n    pass\nclass Shop(Base):\n    def buy(self): pass\n",
    ["LIMIT", "load", "Shop"],
    ["buy"],
  ],
  [
    "d.go",
    "package d\n\ntype Server struct {\n}\nfunc (s *Server) Listen() error {\n}\nfunc main() {}\n",
    ["Server", "Listen", "main"],
    [],
  ],
  [
    "e.rs",
    "pub(crate) struct Point;\npub async fn walk() {}\nimpl Point {\n    pub fn length(&self) {}\n}\nmacro_rules! square {\n}\n",
    ["Point", "walk", "square"],
    ["length"],
  ],
  [
    "F.java",
    "package f;\npublic final class Shop {\n    private static List<Tea> teasOf(Map<K, V> all) {\n    }\n}\n",
    ["Shop"],
    ["teasOf"],
  ],
  ["g.kt", "data class Tea(val name: String)\nfun brew(tea: Tea) {\n}\n", ["Tea", "brew"], []],
  [
    "h.c",
    "#include <x.h>\n#define LIMIT 3\nstruct point { int x; };\nstruct later;\nstatic int add(int a, int b)\n{\n  return add(a, b);\n}\nint declared(void);\n",
    ["LIMIT", "add"],
    [],
  ],
  [
    "i.cpp",
    "class Shop : public Base {\n};\nvoid Shop::open(int x) {\n}\n",
    ["Shop", "Shop::open"],
    [],
  ],
  ["j.sh", "set -eu\nbuild() {\n}\nfunction clean_all {\n}\n", ["build", "clean_all"], []],
  [
    "Makefile",
    ".PHONY: all\nCC := gcc\nall: build\n\tmake build\nbuild/%.o: a.c\n",
    ["all", "build/%.o"],
    [],
  ],
  ["k.md", "# Shop\ntext\n```sh\n# no heading\n```\n## How it runs\n", ["Shop", "How it runs"], []],
  ["package.json", '{"scripts": {"test": "x", "build": "y"}}', ["test", "build"], []],
  ["l.toml", "[package]\nname = 1\n[[bin]]\n", ["package", "bin"], []],
  ["m.rb", "class Shop\n  def buy!(x)\n  end\nend\n", ["Shop"], ["buy!"]],
  ["n.php", "<?php\nclass Shop {\n    public static function buy() {}\n}\n", ["Shop"], ["buy"]],
  ["o.ex", "defmodule Shop.Cart do\n  def add(x) do\n  end\nend\n", ["Shop.Cart"], ["add"]],
  ["p.cs", "  public class Shop {\n    public async Task<int> Buy(int x) {\n", ["Shop"], ["Buy"]],
];

test.each(FILES)("%s is read as its kind of file", (...[path, text, top, inner]) => {
  const found = symbolsOf(text, languageOf(path));
  expect([found.top, found.inner]).toEqual([top, inner]);
});

test("lines are counted as an editor does", () => {
  for (const [text, lines] of [
    ["", 0],
    ["a", 1],
    ["a\n", 1],
    ["a\r\nb\n", 2],
    ["\n\n", 2],
  ] as const) {
    expect(symbolsOf(text, undefined)).toEqual({ lines, top: [], inner: [] });
  }
});

test("what has no known kind, or is not a manifest, defines nothing", () => {
  for (const path of ["a.xyz", "constructor", "toString", "a/b.constructor", "LICENSE"]) {
    expect(languageOf(path)).toBeUndefined();
  }
  for (const text of ["", "[1]", '{"scripts": []}', "{broken"]) {
    expect(symbolsOf(text, "scripts").top).toEqual([]);
  }
});

test("a name is one line of at most 64 characters, whatever the text", () => {
  const piece = fc.constantFrom(
    ..."export function class def # ( ) { } : = < > , \u2028 \n \r\n \t x Y_1 \ud800".split(" "),
    " ",
    "é".repeat(80),
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, fc.constantFrom(...FILES.map(([path]) => path)), (content, path) => {
      const { top, inner } = symbolsOf(content, languageOf(path));
      for (const name of [...top, ...inner]) {
        expect(name.length).toBeLessThanOrEqual(64);
        expect(name).not.toMatch(/[\n\r]/);
        expect(name.isWellFormed()).toBe(true);
      }
    }),
  );
});

test.each(FILES)("%s of hostile lines is read in time that grows with its length", async (path) => {
  const hostile = (times: number): readonly string[] => [
    "public ".repeat(5 * times),
    `int ${"a ".repeat(16 * times)}(`,
    `  public ${"a<b>, ".repeat(5 * times)}x`,
    " ".repeat(37 * times),
    `export ${"abstract async ".repeat(2 * times)}`,
    `static int ${"a::".repeat(11 * times)}(`,
    `  ${"(".repeat(36 * times)}`,
    `func (${"a".repeat(35 * times)}`,
  ];
  // Of as many lines, for what they are made of may be looked through again and again.
  const grown = await growth((size) => {
    const text = `${hostile(size).join("\n")}\n`.repeat(110);
    expect(text.length).toBeLessThan(256 * 1024);
    symbolsOf(text, languageOf(path));
  });
  expect(grown).toBeLessThan(LINEAR);
});
