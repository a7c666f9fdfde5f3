/** What only shows when compilers, schemas and Python really run: each in the sandbox. */
import { describe, expect, test } from "bun:test";
import { checkStatic } from "#fitness/static/check-static.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import {
  EXAMPLE_SPEC,
  examplePythonTool,
  exampleSpec,
  exampleTool,
  type FileChanges,
} from "./example-tool.ts";

const signal = new AbortController().signal;

async function detailsOf(folder: ToolFolder): Promise<readonly string[]> {
  const { ok, details } = await checkStatic(folder, { signal });
  expect(ok).toBe(details.length === 0);
  return details;
}

const GOOD = exampleTool().files.get("tool.ts") ?? "";
const GOOD_TEST = exampleTool().files.get("tool.test.ts") ?? "";

describe("types", () => {
  test.each<[string, FileChanges, string]>([
    [
      "a wrong type",
      { "tool.ts": GOOD.replace("?? 0) + 1", "?? 0).length") },
      "has a wrong type: TS2339",
    ],
    ["an implicit any", { "tool.ts": GOOD.replace(": ToolContext", "") }, "TS7006"],
    [
      "a part of ctx that was not granted",
      { "tool.ts": GOOD.replaceAll("_ctx", "ctx").replace("return {", "ctx.clock;\n  return {") },
      "TS2339",
    ],
    [
      "a wrong call in a test",
      { "tool.test.ts": GOOD_TEST.replace('{ text: "a b a" }', "{}") },
      "(tool.test.ts:8)",
    ],
    ["syntax", { "tool.ts": `${GOOD}\n}` }, "is not TypeScript"],
  ])("%s", async (_name, changes, message) => {
    expect(await detailsOf(exampleTool(changes))).toContainEqual(expect.stringContaining(message));
  });

  test("members declared as parameters are in order", async () => {
    const fault =
      "class Fault extends Error {\n  constructor(readonly code: string, text: string) {\n    super(text);\n  }\n}\n";
    const source = GOOD.replace(
      'Object.assign(new Error("The text holds no word"), { code: "EMPTY" })',
      'new Fault("EMPTY", "The text holds no word")',
    );
    expect(await detailsOf(exampleTool({ "tool.ts": `${source}\n${fault}` }))).toEqual([]);
  });

  test("a configuration of the candidate is not obeyed, for it is not even there", async () => {
    const details = await detailsOf(exampleTool({ "tsconfig.json": '{"compilerOptions":{}}' }));
    expect(details).toEqual([expect.stringContaining('"tsconfig.json"')]);
  });
});

describe("cases against schemas", () => {
  const withCases = (...cases: unknown[]): FileChanges => ({
    "cases.json": JSON.stringify({
      cases: [{ input: { text: "a" }, output: { counts: {} } }, ...cases],
    }),
  });

  test.each<[string, FileChanges, string]>([
    [
      "an input that does not fit",
      withCases({ input: { text: 1 }, output: { counts: {} } }),
      'the input of case 2 does not fit "input"',
    ],
    [
      "an output that does not fit",
      withCases({ input: { text: "b" }, output: { counts: { b: 0.5 } } }),
      'the output of case 2 does not fit "output"',
    ],
    [
      "an input that fails before the tool could",
      withCases({ input: {}, error: "EMPTY" }),
      "the input of case 2",
    ],
    [
      "a schema that cannot be read",
      {
        "spec.json": exampleSpec({
          input: { type: "object", properties: { text: { type: "txt" } } },
        }),
      },
      '"input" is not a JSON schema',
    ],
    [
      "a pattern that is none",
      { "spec.json": exampleSpec({ output: { type: "string", pattern: "(" } }) },
      '"output" is not a JSON schema',
    ],
  ])("%s", async (_name, changes, message) => {
    expect(await detailsOf(exampleTool(changes))).toContainEqual(expect.stringContaining(message));
  });

  test("a pattern that backtracks without end ends nothing but itself", async () => {
    const input = { type: "object", properties: { text: { type: "string", pattern: "^(a+)+$" } } };
    const cases = [{ input: { text: `${"a".repeat(60)}!` }, output: { counts: {} } }];
    const details = await detailsOf(
      exampleTool({
        "spec.json": exampleSpec({ ...EXAMPLE_SPEC, input }),
        "cases.json": JSON.stringify({ cases }),
      }),
    );
    expect(details).toHaveLength(1);
  });
});

describe("Python", () => {
  const RUN = "def run(args, ctx):\n";
  const tool = (body: string, before = ""): FileChanges => ({
    "tool.py": `${before}\n${RUN}    ${body}\n`,
  });

  test.each<[string, FileChanges, string]>([
    ["a module of the system", tool("return os.environ", "import os"), 'imports "os"'],
    ["a module behind another", tool("return calendar.sys", "import calendar"), '"calendar.sys"'],
    [
      "a module out of another",
      tool("return sys", "from statistics import sys"),
      '"statistics.sys"',
    ],
    ["eval", tool("return eval(args['x'])"), 'reaches "eval"'],
    ["eval by another name", tool("return e('1')", "e = eval"), 'reaches "eval"'],
    ["a builtin kept under its own name", tool("return open('x')", "open = open"), 'reads "open"'],
    [
      "a builtin that is local elsewhere",
      tool("return open('x')", "def f():\n    open = 1\n    return open"),
      'reaches "open"',
    ],
    ["__import__", tool("return __import__('os')"), 'reaches "__import__"'],
    ["getattr", tool("return getattr(args, 'x')"), 'reaches "getattr"'],
    ["globals", tool("return globals()"), 'reaches "globals"'],
    ["subclasses", tool("return ().__class__.__base__.__subclasses__()"), '"__subclasses__"'],
    ["a dunder in pieces", tool("return '__cla' + 'ss__'"), '"__class__" together from pieces'],
    ["a dunder in a format", tool("return '{0.__class__}'.format(args)"), "by a format of text"],
    ["a frame", tool("return (x for x in []).gi_frame"), '"gi_frame"'],
    [
      "a hook of the language",
      tool("return 1", "class C:\n    def __getattr__(self, name):\n        return 1"),
      '"__getattr__"',
    ],
    [
      "a call while it is loaded",
      tool("return X", "def f():\n    return 1\nX = f()"),
      "while it is loaded",
    ],
    [
      "a main block",
      { "tool.py": `${RUN}    return 1\n\n\nif __name__ == "__main__":\n    run(1, 2)\n` },
      "while it is loaded",
    ],
    ["no run", { "tool.py": "def go(args, ctx):\n    return 1\n" }, 'does not define "run"'],
    [
      "one parameter",
      { "tool.py": "def run(args):\n    return 1\n" },
      "without its two parameters",
    ],
    [
      "a hidden clock",
      tool("return time()", "from time import time"),
      'needs the capability "clock"',
    ],
    [
      "a hidden date",
      tool("return datetime.now()", "from datetime import datetime"),
      "datetime.datetime.now",
    ],
    [
      "a date by way of another module",
      tool("return calendar.datetime.date.today()", "import calendar"),
      "calendar.datetime.date.today",
    ],
    [
      "a dunder in a pattern",
      tool("match args:\n        case object(__class__=c):\n            return c"),
      '"__class__"',
    ],
    [
      "a call in a default",
      tool("return f()", "def g():\n    return 1\ndef f(a=g()):\n    return a"),
      "while it is loaded",
    ],
    ["a formatter", tool("return string.Formatter()", "import string"), '"string.Formatter"'],
    [
      "hidden chance",
      tool("return random.random()", "import random"),
      'needs the capability "random"',
    ],
    [
      "a host that was not granted",
      tool("return h(ctx)", "def h(c):\n    return c.fetch(f'https://evil.org/{1}')"),
      '"net:evil.org"',
    ],
    [
      "a swallowed error",
      tool("try:\n        return 1\n    except Exception:\n        pass"),
      "swallows every error",
    ],
    ["a suppression", tool("return 1  # noqa"), '"noqa"'],
    ["a tower", tool(`return ${"(".repeat(5000)}${")".repeat(5000)}`), "is not Python"],
    ["no Python", tool("return ="), "is not Python"],
    [
      "a skipped test",
      {
        "test_tool.py":
          "import pytest\nfrom tool import run\n\n\n@pytest.mark.skip\ndef test_a():\n    assert run(1, 2) == 1\n",
      },
      "leaves tests out by skip",
    ],
    [
      "a test that asserts nothing",
      { "test_tool.py": "from tool import run\n\n\ndef test_a():\n    run(1, 2)\n" },
      '"test_a" asserts nothing',
    ],
    [
      "a test of nothing",
      { "test_tool.py": "from tool import run\n\n\ndef test_a():\n    assert True\n" },
      "always true",
    ],
  ])("refuses %s", async (_name, changes, message) => {
    expect(await detailsOf(examplePythonTool(changes))).toContainEqual(
      expect.stringContaining(message),
    );
  });

  test.each<[string, string]>([
    [
      "comprehensions and their names",
      "return [a for a in [1]] + [(b, c) for b, c in {1: 2}.items()]",
    ],
    ["a walrus in a comprehension", "return [y := x for x in [1]] + [y]"],
    ["a local name of a builtin", "open = 1\n    return open"],
    ["a lambda", "return sorted([2, 1], key=lambda pair: -pair)"],
    [
      "dangerous words in texts and comments",
      "return 'eval(os.system)', '__class__'  # exec, __import__, type: ignore elsewhere",
    ],
    [
      "a match",
      "match args:\n        case {'a': x, **rest}:\n            return x, rest\n        case [first, *others]:\n            return first, others\n        case _:\n            return None",
    ],
    [
      "a nested function",
      "def inner(x):\n        nonlocal_ = x\n        return nonlocal_\n    return inner(1)",
    ],
    ["other scripts", "return 'שלום', 'Größe', '日本'"],
    ["a generator", "def numbers():\n        yield 1\n    return list(numbers())"],
    [
      "a refused file",
      "try:\n        return int('x')\n    except ValueError as error:\n        raise KeyError(str(error)) from error",
    ],
  ])("passes %s", async (_name, body) => {
    const before =
      "import math\nfrom dataclasses import dataclass, field\n\nWORDS = frozenset('a b'.split())\n\n\n@dataclass\nclass Point:\n    x: int = 0\n    tags: list = field(default_factory=list)\n\n    def __add__(self, other):\n        return Point(self.x + other.x)\n\n";
    expect(await detailsOf(examplePythonTool(tool(body, before)))).toEqual([]);
  });
});
