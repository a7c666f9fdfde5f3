import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { growth, LINEAR } from "#test/processor-time.ts";
import { projectCopy } from "../../../test/project-copy-fixture.ts";

const MODULE = { "package.json": '{ "type": "module" }' };
const NODE = {
  ...MODULE,
  "src/fare.js": "export function fare(zones) {\n  return zones * 150;\n}\n",
  "src/ticket.js":
    'import { fare } from "./fare.js";\n\nexport const ticket = (n) => String(fare(n));\n',
  "test/ticket.test.js":
    'import assert from "node:assert/strict";\nimport test from "node:test";\nimport { ticket } from "../src/ticket.js";\n\ntest("a ticket", () => {\n  assert.equal(ticket(1), "150");\n});\n',
};

// A model of 1.5B parameters wrote tests that import nothing, or by paths that lead nowhere.
test("a file of tests gets the imports that it needs, as the others have them", async () => {
  using copy = projectCopy(NODE);
  const content =
    'test("a fare", () => {\n  assert.equal(fare(2), 300);\n});\n\ndescribe("none", () => {});\n';
  const { ok, output } = await copy.call("write_file", { path: "test/fare.test.js", content });
  expect(ok).toBe(true);
  const head = `import test from "node:test";
import assert from "node:assert/strict";
import { fare } from "../src/fare.js";
import { describe } from "node:test";
`;
  expect(copy.text("test/fare.test.js").split("\n\n")[0]?.split("\n").toSorted()).toEqual(
    head.trim().split("\n").toSorted(),
  );
  expect(output).toContain('\n[added import { fare } from "../src/fare.js";]');
});

test("in a module require becomes import, and paths lead to the file that is meant", async () => {
  using copy = projectCopy(NODE);
  const content =
    "const assert = require('assert');\nconst { fare: price } = require('../fare');\nimport test from 'node:test';\n\ntest('a', () => assert.equal(price(1), 150));\n";
  await copy.call("write_file", { path: "test/fare.test.js", content });
  expect(copy.text("test/fare.test.js")).toBe(
    "import assert from \"assert\";\nimport { fare as price } from \"../src/fare.js\";\nimport test from 'node:test';\n\ntest('a', () => assert.equal(price(1), 150));\n",
  );
});

test("a path that leads nowhere becomes the one of the only file of its name, as the others write it", async () => {
  const files = {
    "src/span.ts": "export const days = 3;\n",
    "src/trip.ts": 'import { days } from "./span";\nexport const trip = days;\n',
  };
  using copy = projectCopy(files);
  const content = 'import { days } from "../source/span";\n\nexport const nights = days - 1;\n';
  const { output } = await copy.call("write_file", { path: "src/nights.ts", content });
  expect(copy.text("src/nights.ts")).toBe(content.replace("../source/span", "./span"));
  expect(output).toBe("wrote src/nights.ts, 3 lines (new)\n[../source/span became ./span]");
  const twice = { ...files, "lib/span.ts": "export const days = 4;\n" };
  using other = projectCopy(twice);
  await other.call("write_file", { path: "src/nights.ts", content });
  expect(other.text("src/nights.ts")).toBe(content);
});

describe("no import is added", () => {
  test.each([
    ["for a name that is defined", "src/a.js", "function fare(n) {\n  return n;\n}\nfare(1);\n"],
    ["for a parameter", "src/a.js", "export const f = (fare) => fare(1);\n"],
    ["for a method", "src/a.js", "export class A {\n  fare(n) {\n    return n;\n  }\n}\n"],
    ["for a part of something", "src/a.js", "export const f = (a) => a.fare(1);\n"],
    ["for a text or a comment", "src/a.js", '// fare(1)\nexport const f = "fare(1)";\n'],
    ["for what is there anyway", "src/a.js", "console.log(Math.max(1, 2));\n"],
    ["for what is imported", "src/a.js", 'import { fare } from "./fare.js";\nfare(1);\n'],
    ["for what no file defines", "src/a.js", "export const f = () => toll(1);\n"],
    ["for tests elsewhere", "src/a.js", "describe(1);\n"],
    ["in another language", "a.rb", "fare(1)\n"],
    ["in a file that is not a module", "a.cjs", "fare(1);\n"],
  ])("%s", async (_what, path, content) => {
    using copy = projectCopy(NODE);
    await copy.call("write_file", { path, content });
    expect(copy.text(path)).toBe(content);
  });

  test("for what the file defined before", async () => {
    using copy = projectCopy({ ...NODE, "src/a.js": "function fare() {}\nfare(1);\n" });
    const edit = { path: "src/a.js", search: "function fare", replace: "function price" };
    await copy.call("edit_file", edit);
    expect(copy.text("src/a.js")).toBe("function price() {}\nfare(1);\n");
  });

  test("for what the file used before", async () => {
    using copy = projectCopy({ ...NODE, "src/a.js": "fare(1);\n" });
    await copy.call("write_file", { path: "src/a.js", content: "fare(2);\n" });
    expect(copy.text("src/a.js")).toBe("fare(2);\n");
  });
});

test("an import that a file had comes back where its new text uses the name", async () => {
  const before = 'import { fare as price } from "./fare.js";\n\nexport const a = price(1);\n';
  using copy = projectCopy({ ...NODE, "src/a.js": before });
  const content = "export const a = price(2);\n";
  await copy.call("write_file", { path: "src/a.js", content });
  expect(copy.text("src/a.js")).toBe(before.replace("1", "2"));
});

test("a path stays that leads to what is still to be written", async () => {
  using copy = projectCopy(NODE);
  const content = 'import { toll } from "./lib/fare.js";\n\nexport const a = toll(1);\n';
  await copy.call("write_file", { path: "src/a.js", content });
  expect(copy.text("src/a.js")).toBe(content);
});

test("what was added once is not added by the edit that brings it", async () => {
  using copy = projectCopy({ ...NODE, "src/a.js": "export const a = () => 1;\n" });
  const first = { path: "src/a.js", search: "() => 1", replace: "() => fare(1)" };
  await copy.call("edit_file", first);
  const replace = "import { fare } from './fare.js';\nexport const a";
  await copy.call("edit_file", { path: "src/a.js", search: "export const a", replace });
  expect(copy.text("src/a.js").match(/import/g)).toHaveLength(1);
});

// It wrote the function to be added alone, and imported those that the file has from the file.
test.each([
  [
    "src/fare.js",
    'import { fare } from "./fare.js";\n\nexport function toll(n) {\n  return fare(n);\n}\n',
  ],
  ["tolls.py", "from tolls import toll\n\n\ndef fare(n):\n    return toll(n)\n"],
])("%s does not import itself", async (path, content) => {
  using copy = projectCopy({ ...NODE, ...PYTHON, "use.py": "from tolls import toll\n" });
  const before = copy.text(path);
  const { output } = await copy.call("write_file", { path, content });
  const [own = "", ...rest] = content.split("\n");
  expect(copy.text(path)).toContain(before.trim());
  expect(copy.text(path)).toEndWith(rest.join("\n").trimStart());
  expect(copy.text(path)).not.toContain(own);
  expect(output).toContain(`[left out ${own}, which imports this file itself]`);
});

test("an edit gets the imports of what it brings", async () => {
  using copy = projectCopy({ ...NODE, "src/a.js": "export const a = () => 1;\n" });
  const args = { path: "src/a.js", search: "() => 1", replace: "() => fare(1)" };
  const { output } = await copy.call("edit_file", args);
  expect(copy.text("src/a.js")).toBe(
    'import { fare } from "./fare.js";\n\nexport const a = () => fare(1);\n',
  );
  expect(output).toEndWith('[added import { fare } from "./fare.js";]');
});

// Asked for tests of a function it imported it, and copied the tests of another one.
test.each([
  [
    "test/fare.test.js",
    'import { fare } from "../src/fare.js";\nimport test from "node:test";\n\ntest("a", () => ticket(1));\n',
    "fare",
  ],
  [
    "tests/test_fare.py",
    "import unittest\nfrom fare import fare, Zone\n\n\ndef test_a():\n    assert Zone\n",
    "fare",
  ],
])("a new file of tests calls what it imports: %s", async (path, content, name) => {
  using copy = projectCopy({ ...NODE, "fare.py": "def fare(zones):\n    return 1\n" });
  const { ok, output } = await copy.call("write_file", { path, content });
  expect({ ok, output }).toEqual({
    ok: false,
    output: `${path} imports ${name} and never calls it. Write tests that call ${name}. Nothing changed.`,
  });
  const used = `${content}${name}(1)\n`;
  expect(await copy.call("write_file", { path, content: used })).toMatchObject({ ok: true });
  const elsewhere = path.replace(/tests?/g, "lib");
  expect(await copy.call("write_file", { path: elsewhere, content })).toMatchObject({ ok: true });
});

const PYTHON = {
  "tolls.py": "def toll(axles):\n    return axles * 4\n",
  "tests/__init__.py": "",
  "tests/test_roads.py": "import unittest\n\nfrom roads import length\n",
  "roads.py": "def length(road):\n    return 1\n",
};

test("a file of Python gets its imports, behind what says what it is", async () => {
  using copy = projectCopy(PYTHON);
  const body =
    "\n\nclass TollTest(unittest.TestCase):\n    def test_two(self):\n        self.assertEqual(toll(2), 8)\n";
  const content = `"""Tolls."""\n${body}`;
  await copy.call("write_file", { path: "tests/test_tolls.py", content });
  expect(copy.text("tests/test_tolls.py")).toBe(
    `"""Tolls."""\nimport unittest\nfrom tolls import toll\n${body}`,
  );
});

test("an import of Python that a file had comes back", async () => {
  const before =
    "import math\nfrom tolls import toll\n\n\ndef f(n):\n    return math.ceil(toll(n))\n";
  using copy = projectCopy({ ...PYTHON, "run.py": before });
  const content = "def f(n):\n    return math.floor(toll(n))\n";
  await copy.call("write_file", { path: "run.py", content });
  expect(copy.text("run.py")).toBe(`import math\nfrom tolls import toll\n\n${content}`);
});

test("a module of Python that is not there becomes the one that has the name", async () => {
  using copy = projectCopy(PYTHON);
  const content = "from src.tolls import toll\nfrom math import floor\n\nprint(floor(toll(2)))\n";
  const { output } = await copy.call("write_file", { path: "run.py", content });
  expect(copy.text("run.py")).toBe(content.replace("src.tolls", "tolls"));
  expect(output).toContain("[from src.tolls import toll became from tolls import toll]");
});

describe("what a file had stays, whatever an edit brings", () => {
  const edited = async (path: string, before: string) => {
    using copy = projectCopy({
      ...NODE,
      ...PYTHON,
      "app/tolls.py": "def toll(axles):\n    return 1\n",
      [path]: before,
    });
    const edit = { path, search: "1 + 1", replace: "1 + 2" };
    expect(await copy.call("edit_file", edit)).toMatchObject({ ok: true });
    expect(copy.text(path)).toBe(before.replace("1 + 1", "1 + 2"));
  };

  test.each([
    ["a path to what is made by a build", "src/a.js", 'import { fare } from "./built/fare.js";\n'],
    ["require", "src/a.js", 'import a from "node:fs";\nconst b = require("./b.js");\n'],
    [
      "a program in a text",
      "src/a.js",
      "const a = `\nimport b from 'b';\n`;\nconst c = `\nimport b from 'b';\n`;\n",
    ],
    ["a package that imports its modules", "pkg/__init__.py", "from pkg import core\n"],
    [
      "an example in a text",
      "tolls.py",
      '"""Use:\n\nfrom tolls import toll\n"""\n\n\ndef toll(n):\n    return n\n',
    ],
  ])("%s", async (_what, path, before) => {
    await edited(path, `${before}\nx = 1 + 1\n`);
  });
});

test.each([
  ["pkg/__init__.py", "from pkg import tolls\n"],
  ["doc.py", '"""Use:\n\nfrom src.tolls import toll\n"""\n'],
  ["jobs/queue.py", "class Queue:\n    pass\n"],
  ["run.py", "from queue import Queue\n\nprint(Queue())\n"],
  ["run.py", "raise TimeoutError(compile(1))\n"],
  [
    "src/a.ts",
    "export interface A {\n  fare(zones: number): number;\n  ticket(n: () => void): string;\n}\n",
  ],
  [
    "src/a.ts",
    "export class A {\n  ticket(n: () => void): string {\n    return String(n);\n  }\n}\n",
  ],
  ["src/a.ts", "export const a = (...ticket: string[]) => ticket.join();\n"],
  ["gui.py", "from tkinter import *\n\ntoll(1)\n"],
  ["src/a.js", "export const a = `\nimport { fare } from './lib/fare.js';\n`;\n"],
])("a new file %s is written as it is: %j", async (path, content) => {
  using copy = projectCopy({
    ...NODE,
    ...PYTHON,
    "jobs/work.py": "class TimeoutError(Exception):\n    pass\n\n\ndef compile(n):\n    return n\n",
    ...(path === "jobs/queue.py" ? {} : { "jobs/queue.py": "class Queue:\n    pass\n" }),
  });
  expect(await copy.call("write_file", { path, content })).toMatchObject({ ok: true });
  expect(copy.text(path)).toBe(content);
});

test("a file with many comments that have no end is edited in a time that grows with their number alone", async () => {
  const grown = await growth(async (size) => {
    const before = `const x = 1 + 1;\n${"/* \n".repeat(12_500 * size)}`;
    using copy = projectCopy({ ...NODE, "src/a.js": before });
    const edit = { path: "src/a.js", search: "1 + 1", replace: "1 + 2" };
    expect(await copy.call("edit_file", edit)).toMatchObject({ ok: true });
  });
  expect(grown).toBeLessThan(LINEAR);
});

test.each([
  ["tests/test_fare.py", "from unittest import TestCase, mock\n\n\nclass A(TestCase):\n    pass\n"],
  ["tests/test_fare.py", "from typing import Any\n\n\ndef test_a():\n    assert True\n"],
  ["tests/conftest.py", "from tolls import toll\n\n\ndef test_data():\n    return 1\n"],
  ["tests/__init__.py", "from .test_roads import length\n"],
  ["tests/test_fare.py", "from tolls import toll  # noqa: F401\n\n\ndef test_a():\n    pass\n"],
  ["tests/data.py", "from tolls import toll\n\nROADS = []\n"],
])("a new file %s may import what it does not call: %j", async (path, content) => {
  const { [path]: _, ...others } = PYTHON as Readonly<Record<string, string>>;
  using copy = projectCopy(others);
  expect(await copy.call("write_file", { path, content })).toMatchObject({ ok: true });
});

test.each(["ts", "py"])(
  "many new names in a large project are looked up at once: %s",
  async (end) => {
    const line = (name: string) =>
      end === "ts" ? `export function ${name}() {}\n` : `def ${name}(): pass\n`;
    const names = (at: number) => Array.from({ length: 12 }, (_, part) => line(`f${at}_${part}`));
    const all = Array.from({ length: 500 }, (_, at) => [`m${at}.${end}`, names(at).join("")]);
    using copy = projectCopy(Object.fromEntries(all) as Readonly<Record<string, string>>);
    const grown = await growth(async (size) => {
      const content = Array.from({ length: 50 * size }, (_, at) => `zz${at}(1)\n`).join("");
      expect(await copy.call("write_file", { path: `new.${end}`, content })).toMatchObject({
        ok: true,
      });
      rmSync(join(copy.root, `new.${end}`));
    });
    // Looked up one by one, eight times as many take eight times as long.
    expect(grown).toBeLessThan(4);
  },
);

test.each([
  ["src/a.js", "export const a = VALUE;\r\n", "fare(1)"],
  ["run.py", "x = VALUE\r\n", "toll(1)"],
])("what is added to %s has its line ends", async (path, before, replace) => {
  using copy = projectCopy({ ...NODE, ...PYTHON, [path]: before });
  await copy.call("edit_file", { path, search: "VALUE", replace });
  expect(copy.text(path)).toContain("import");
  expect(copy.text(path).replaceAll("\r\n", "")).not.toContain("\n");
});
