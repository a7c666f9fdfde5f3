import type { Module } from "../typescript/module.ts";
import { isErased } from "../typescript/syntax.ts";
import { importedFile } from "./test-names.ts";

/** What a test may import; data of the tool's own folder counts as known. */
const IMPORTS: ReadonlySet<string> = new Set([
  "bun:test",
  "fast-check",
  "zod",
  "./tool.ts",
  "./cases.json",
  "./spec.json",
  "#tools/tool.ts",
]);

/** Judges what a test imports; it has to import the tool. */
export function checkTestImports({ program, report }: Module, helpers: ReadonlySet<string>): void {
  let hasTool = false;
  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration") continue;
    const from = importedFile(statement.source.value);
    const isHelper = from.startsWith("./") && helpers.has(from.slice("./".length));
    if (!(IMPORTS.has(from) || isHelper)) {
      report(statement.start, `imports "${from}"; a test imports ${[...IMPORTS].join(", ")}`);
    }
    const isSource = from.endsWith(".ts") && statement.attributes.length > 0;
    if (isSource) report(statement.start, "reads the source of the tool; test what it does");
    if (from === "./tool.ts" && !isErased(statement) && !isSource) hasTool = true;
  }
  if (!hasTool) report(0, 'does not import "./tool.ts"');
}
