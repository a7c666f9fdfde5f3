import { expect, test } from "bun:test";
import { examplePythonTool, exampleTool, type FileChanges } from "#test/example-tool.ts";
import { checkFileNames, FILES_OF, languageOf } from "./file-names.ts";

test("knows the language of a tool by its files", () => {
  expect(languageOf(exampleTool())).toBe("ts");
  expect(languageOf(examplePythonTool())).toBe("python");
  expect(languageOf(exampleTool({ "tool.py": "" }))).toBeUndefined();
});

test("finds nothing wrong with the files of a tool, also with a README", () => {
  expect(checkFileNames(exampleTool({ "README.md": "# Counts words" }))).toEqual([]);
  expect(checkFileNames(examplePythonTool())).toEqual([]);
});

test.each<[string, FileChanges, string]>([
  ["metadata of its own", { "metadata.json": "{}" }, "written by the gate alone"],
  ["a configuration", { "tsconfig.json": "{}" }, "is not a file of a tool"],
  ["a file named like a member of all objects", { constructor: "" }, "is not a file of a tool"],
  ["no contract", { "spec.json": undefined }, "is missing"],
  [
    "too many modules",
    { "a.ts": "", "b.ts": "", "c.ts": "", "d.ts": "", "e.ts": "" },
    "4 are the most",
  ],
  ["no tool", { "tool.ts": undefined }, "is missing"],
  ["two languages", { "tool.py": "" }, "has one language"],
  ["tests of another language", { "test_tool.py": "" }, "write tool.test.ts"],
  ["a tool without end", { "tool.ts": "x".repeat(70_000) }, "70000 bytes; 65536 is the most"],
])("refuses %s", (_name, changes, message) => {
  const messages = checkFileNames(exampleTool(changes)).map((finding) => finding.message);
  expect(messages).toContainEqual(expect.stringContaining(message));
});

test("each language has its file for the tool, and one for its tests", () => {
  expect(FILES_OF).toEqual({
    ts: { tool: "tool.ts", test: "tool.test.ts" },
    python: { tool: "tool.py", test: "test_tool.py" },
  });
});

const FILES =
  "spec.json, tool.ts, tool.py, cases.json, tool.test.ts, test_tool.py, README.md, NAME.ts";
const MODULES = { "a.ts": "", "b.ts": "", "c.ts": "", "d.ts": "" };

test.each<[string, FileChanges, ReturnType<typeof checkFileNames>]>([
  ["four modules", MODULES, []],
  [
    "five of them",
    { ...MODULES, "e.ts": "" },
    [
      {
        file: "a.ts, b.ts, c.ts, d.ts, e.ts",
        message: "are 5 modules beside tool.ts; 4 are the most",
      },
    ],
  ],
  [
    "neither contract nor cases",
    { "spec.json": undefined, "cases.json": undefined },
    [
      { file: "spec.json", message: "is missing" },
      { file: "cases.json", message: "is missing" },
    ],
  ],
  ["no tool", { "tool.ts": undefined }, [{ file: "tool.ts", message: "is missing" }]],
  [
    "two tools",
    { "tool.py": "", "a.ts": "" },
    [{ file: "tool.ts", message: "stands beside tool.py: a tool has one language" }],
  ],
  [
    "a test of Python",
    { "test_tool.py": "" },
    [{ file: "test_tool.py", message: "is a test of another language; write tool.test.ts" }],
  ],
  [
    "a file of another kind",
    { 'a"b.json': "" },
    [{ file: '"a\\"b.json"', message: `is not a file of a tool (${FILES})` }],
  ],
  [
    "metadata",
    { "metadata.json": "{}" },
    [{ file: "metadata.json", message: "is written by the gate alone; leave it out" }],
  ],
])("of %s exactly this is told", (_what, changes, findings) => {
  expect(checkFileNames(exampleTool(changes))).toEqual(findings);
});

test("a tool in Python has no modules, and a test in its own language", () => {
  expect(checkFileNames(examplePythonTool({ "a.ts": "", "tool.test.ts": "" }))).toEqual([
    { file: "a.ts", message: "stands beside tool.py" },
    { file: "tool.test.ts", message: "is a test of another language; write test_tool.py" },
  ]);
});

test.each([
  ["spec.json", 64],
  ["tool.ts", 64],
  ["tool.py", 64],
  ["cases.json", 256],
  ["tool.test.ts", 128],
  ["test_tool.py", 128],
  ["README.md", 64],
  ["a.ts", 64],
])("%s may have %i KiB and no byte more", (file, kib) => {
  const most = kib * 1024;
  const example = file.endsWith(".py") ? examplePythonTool : exampleTool;
  expect(checkFileNames(example({ [file]: "x".repeat(most) }))).toEqual([]);
  const message = `has ${most + 1} bytes; ${most} is the most`;
  // A letter of two bytes counts twice.
  expect(checkFileNames(example({ [file]: `${"x".repeat(most - 1)}ä` }))).toEqual([
    { file, message },
  ]);
});
