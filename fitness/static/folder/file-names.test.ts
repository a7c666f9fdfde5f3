import { expect, test } from "bun:test";
import { examplePythonTool, exampleTool, type FileChanges } from "#test/example-tool.ts";
import { checkFileNames, languageOf } from "./file-names.ts";

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
