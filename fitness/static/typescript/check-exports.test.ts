import { expect, test } from "bun:test";
import { messagesOf, TOOL_HEAD, toolSource } from "#test/scanned-tool.ts";
import { scanTool } from "./scan-tool.ts";

test.each<[string, string, string]>([
  [
    "a module of Node",
    `import fs from "node:fs";\n${toolSource("return fs;")}`,
    'imports "node:fs"',
  ],
  [
    "a module of ours",
    `import { x } from "#core/errors.ts";\n${toolSource("return x;")}`,
    'imports "#core/errors.ts"',
  ],
  [
    "values of the contract",
    `import { x } from "#tools/tool.ts";\n${toolSource("return x;")}`,
    '"import type"',
  ],
  [
    "an import for its effect",
    `import "#tools/tool.ts";\n${toolSource("return 1;")}`,
    '"import type"',
  ],
  [
    "an import of text",
    `import text from "zod" with { type: "text" };\n${toolSource("return text;")}`,
    "attributes",
  ],
  [
    "a module that is not there",
    `import { x } from "./x.ts";\n${toolSource("return x;")}`,
    '"./x.ts"',
  ],
  ["no run", TOOL_HEAD, 'does not export "run"'],
  ["no input", "export async function run() {}", 'does not export "input"'],
  ["a third export", toolSource("return 1;", "export const extra = 1;"), 'exports "extra"'],
  ["an exported enumeration", toolSource("return 1;", "export enum Extra { One }"), "exports "],
  ["an exported class", toolSource("return 1;", "export class Extra {}"), 'exports "Extra"'],
  [
    "an exported pattern",
    toolSource("return 1;", "export const { extra } = { extra: 1 };"),
    'exports "a pattern"',
  ],
  ["a default export", toolSource("return 1;", "export default 1;"), "exports a default"],
  [
    "a passed-on export",
    toolSource("return 1;", 'export * from "zod";'),
    "exports what it imports",
  ],
  [
    "an enum that runs something",
    toolSource("return 1;", "const red = () => 1; enum Colour { Red = red() }"),
    "leaves code behind",
  ],
  [
    "an enum that is made of other names",
    toolSource("return 1;", 'enum Colour { Red = "con" + "structor" }'),
    "leaves code behind",
  ],
  [
    "an enum that is not there",
    toolSource("return 1;", "declare enum Colour { Red }"),
    "leaves code behind",
  ],
  [
    "a namespace",
    toolSource("return 1;", "namespace N { export const x = 1 }"),
    "leaves code behind",
  ],
])("refuses: %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});

test("a tool may be made of several modules, which export what they like", () => {
  const helpers = new Set(["words.ts", "more.ts"]);
  const tool = `import { words } from "./words.ts";\n${toolSource("return words(args.text);")}`;
  expect(scanTool("tool.ts", tool, helpers).findings).toEqual([]);
  const words =
    'import { cut } from "./more.ts";\nexport const words = (text: string) => cut(text);\n';
  expect(scanTool("words.ts", words, helpers).findings).toEqual([]);
});

test.each<[string, string, string]>([
  ["reaches what a tool may not", "export const x = process.env;", '"process"'],
  ["imports the tool", 'import { run } from "./tool.ts";\nexport const x = run;', '"./tool.ts"'],
  ["imports itself", 'import { x as y } from "./words.ts";\nexport const x = y;', '"./words.ts"'],
  ["exports a default", "export default 1;", "exports a default"],
  [
    "does something while it is loaded",
    'import { z } from "./more.ts";\nexport const x = z();',
    "loaded",
  ],
])("refuses a module that %s", (_name, source, message) => {
  const { findings } = scanTool("words.ts", source, new Set(["words.ts", "more.ts"]));
  expect(findings.map((finding) => finding.message)).toContainEqual(
    expect.stringContaining(message),
  );
});

test.each(["then", "toJSON"])("refuses an object with a method %s", (name) => {
  const made = `return { ${name}() { return 1; } };`;
  expect(messagesOf(toolSource(made))).toContainEqual(expect.stringContaining(`method "${name}"`));
  expect(messagesOf(toolSource(`return { ${name}: 1 };`))).toEqual([]);
});
