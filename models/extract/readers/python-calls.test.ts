import { expect, test } from "bun:test";
import { ToolIndex } from "../resolve.ts";
import { readPythonCalls } from "./python-calls.ts";

function read(text: string, cut = false): unknown {
  const body = { opener: "", text, cut, stopped: false, tools: new ToolIndex([]) };
  return readPythonCalls(body)?.map(({ name, arguments: given }) => [name, given]) ?? null;
}

test.each([
  ["keywords", "[f(a=1, b='x')]", [["f", { a: 1, b: "x" }]]],
  [
    "several calls",
    "[f(), g(a=1)]",
    [
      ["f", {}],
      ["g", { a: 1 }],
    ],
  ],
  [
    "one a line",
    "f()\ng(a=1)\n",
    [
      ["f", {}],
      ["g", { a: 1 }],
    ],
  ],
  ["dotted names", "a.b(c=1)", [["a.b", { c: 1 }]]],
  ["JSON words", "f(a=true, b=null, c=False)", [["f", { a: true, b: null, c: false }]]],
  ["lists, tuples and sets", "f(a=[1, (2, 3)], b={4, 5})", [["f", { a: [1, [2, 3]], b: [4, 5] }]]],
  ["objects", "f(a={'b': {\"c\": None}})", [["f", { a: { b: { c: null } } }]]],
  ["adjacent strings", "f(a='x' \"y\" + 'z')", [["f", { a: "xyz" }]]],
  ["prefixes of strings", "f(a=f'x', b=r\"y\")", [["f", { a: "x", b: "y" }]]],
  ["three quotes", 'f(a="""say "x" """)', [["f", { a: 'say "x" ' }]]],
  ["inner quotes", 'f(a="say "x" now", b=1)', [["f", { a: 'say "x" now', b: 1 }]]],
  ["escapes", "f(a='\\x41\\n\\'')", [["f", { a: "A\n'" }]]],
  ["values without names", "f(1, 'x')", [["f", [1, "x"]]]],
  ["an unpacked object", "f(**{'a': 1})", [["f", { a: 1 }]]],
  ["print around it", "print(f(a=1))", [["f", { a: 1 }]]],
  ["its result assigned", "x = f(a=1)", [["f", { a: 1 }]]],
  ["comments", "# first\nf(a=1) # one\n", [["f", { a: 1 }]]],
  ["trailing commas", "[f(a=1,),]", [["f", { a: 1 }]]],
])("reads %s", (_name, text, calls) => {
  expect(read(text)).toEqual(calls);
});

test.each(["2 + 2", "print(2 + 2)", "if x:\n  f()", "", "f(...)", "a, b"])(
  "%j calls nothing",
  (text) => {
    expect(read(text)).toBeNull();
  },
);
