import { expect, test } from "bun:test";
import { messagesOf, TOOL_HEAD, toolSource } from "#test/scanned-tool.ts";

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
  ["no run", TOOL_HEAD, 'does not export "run"'],
  ["no input", "export async function run() {}", 'does not export "input"'],
  ["a third export", toolSource("return 1;", "export const extra = 1;"), 'exports "extra"'],
  ["a default export", toolSource("return 1;", "export default 1;"), "exports a default"],
  [
    "a passed-on export",
    toolSource("return 1;", 'export * from "zod";'),
    "exports what it imports",
  ],
  ["an enum", toolSource("return 1;", "enum Colour { Red }"), "leaves code behind"],
  [
    "a namespace",
    toolSource("return 1;", "namespace N { export const x = 1 }"),
    "leaves code behind",
  ],
])("refuses: %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});
