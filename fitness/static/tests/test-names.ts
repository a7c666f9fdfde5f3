/** The functions of bun:test, by whatever name a test file calls them. */

import type { Node } from "oxc-parser";
import type { Module } from "../typescript/module.ts";
import { bare } from "../typescript/syntax.ts";

export type CallExpression = Extract<Node, { type: "CallExpression" }>;

/** Modules whose functions a test calls; their globals count as imported from bun:test. */
const LIBRARIES = ["bun:test", "fast-check", "./tool.ts"];

/** The file that an import of a test means: the ending may be left out, as Bun finds it without. */
export function importedFile(from: string): string {
  return /^\.\/[a-z][a-z0-9_-]*$/.test(from) ? `${from}.ts` : from;
}

/** A name chain of an imported or global function: `describe.skip` of bun:test is `["bun:test", "describe", "skip"]`. */
export function pathOf(callee: Node, module: Module): readonly string[] | undefined {
  const members: string[] = [];
  let node = bare(callee);
  for (;;) {
    if (node.type === "CallExpression") {
      // `test.each(rows)("name", …)`, `expect(value).not.toBe(…)`: the call in between changes no name.
      node = bare(node.callee);
    } else if (node.type === "MemberExpression") {
      members.unshift(module.constants.keyOf(node.property, node.computed) ?? "?");
      node = bare(node.object);
    } else break;
  }
  if (node.type !== "Identifier") return undefined;
  const binding = module.scopes.referenceOf.get(node)?.binding;
  if (binding === undefined) return ["bun:test", node.name, ...members];
  const specifier = binding.declaration;
  const statement = module.scopes.parentOf.get(specifier);
  if (statement?.type !== "ImportDeclaration") return undefined;
  const from = importedFile(statement.source.value);
  if (!LIBRARIES.includes(from)) return undefined;
  if (specifier.type !== "ImportSpecifier") return [from, ...members];
  const { imported } = specifier;
  return [
    from,
    imported.type === "Identifier" ? imported.name : String(imported.value),
    ...members,
  ];
}

export function isTestCall(path: readonly string[] | undefined): boolean {
  return path?.[0] === "bun:test" && (path[1] === "test" || path[1] === "it");
}
