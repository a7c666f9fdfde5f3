/** TypeScript of a model, brought to the two exports of the contract. */
import { withCompletedImports } from "./imports.ts";
import { TYPESCRIPT, withPlainQuotes } from "./quotes.ts";
import { lineEnds, type Repair } from "./repair.ts";
import { nameOf, nodeIn, nodesIn, parseModule, type SyntaxNode } from "./syntax.ts";

/** For `tool.ts`, in this order: what cannot be parsed cannot be mended further. */
export const TYPESCRIPT_REPAIRS: readonly Repair[] = [
  lineEnds,
  { name: "smart-quotes", apply: (code) => ifItParses(code, withPlainQuotes(code, TYPESCRIPT)) },
  { name: "async-run", apply: withAsyncRun },
  { name: "require-import", apply: (code) => rewritten(code, requireOf) },
  { name: "commonjs-export", apply: (code) => rewritten(code, commonJsOf) },
  { name: "default-export", apply: withoutDefault },
  { name: "export-run", apply: (code) => withExported(code, "run") },
  { name: "export-input", apply: (code) => withExported(code, "input") },
  {
    name: "import-completed",
    apply: (code) => withCompletedImports(code, [["z", 'import { z } from "zod";']]),
  },
];

/** For `tool.test.ts`. */
export const TEST_REPAIRS: readonly Repair[] = [
  lineEnds,
  { name: "smart-quotes", apply: (code) => ifItParses(code, withPlainQuotes(code, TYPESCRIPT)) },
  {
    name: "import-completed",
    apply: (code) =>
      withCompletedImports(code, [
        ["test", 'import { test } from "bun:test";'],
        ["expect", 'import { expect } from "bun:test";'],
        ["describe", 'import { describe } from "bun:test";'],
        ["fc", 'import fc from "fast-check";'],
        ["run", 'import { run } from "./tool.ts";'],
        ["input", 'import { input } from "./tool.ts";'],
      ]),
  },
];

/** The mended code where only it can be parsed. */
function ifItParses(code: string, mended: string): string {
  if (mended === code || parseModule(code).ok) return code;
  return parseModule(mended).ok ? mended : code;
}

function withAsyncRun(code: string): string {
  const { ok, body } = parseModule(code);
  if (!ok) {
    const mended = code.replace(
      /^((?:export\s+(?:default\s+)?)?)function(?=\s+run\b)/m,
      "$1async function",
    );
    return ifItParses(code, mended);
  }
  const run = body
    .map((node) => nodeIn(node["declaration"]) ?? node)
    .find((node) => node.type === "FunctionDeclaration" && nameOf(node["id"]) === "run");
  if (run === undefined || run["async"] === true) return code;
  return `${code.slice(0, run.start)}async ${code.slice(run.start)}`;
}

/** Rewrites the first statement for which `change` has another text, and goes on until there is none. */
function rewritten(
  code: string,
  change: (node: SyntaxNode, code: string) => string | undefined,
): string {
  const { ok, body } = parseModule(code);
  if (!ok) return code;
  let mended = code;
  for (const node of body.toReversed()) {
    const text = change(node, code);
    if (text !== undefined) mended = mended.slice(0, node.start) + text + mended.slice(node.end);
  }
  return mended;
}

/** `const { z } = require("zod")`, as an import. */
function requireOf(node: SyntaxNode, code: string): string | undefined {
  if (node.type !== "VariableDeclaration") return undefined;
  const [declarator, second] = nodesIn(node["declarations"]);
  const call = nodeIn(declarator?.["init"]);
  if (second !== undefined || call?.type !== "CallExpression") return undefined;
  if (nameOf(call["callee"]) !== "require") return undefined;
  const [module] = nodesIn(call["arguments"]);
  const names = nodeIn(declarator?.["id"]);
  if (module?.type !== "Literal" || names === undefined) return undefined;
  const bound = code.slice(names.start, names.end).replaceAll(":", " as");
  return `import ${bound} from ${code.slice(module.start, module.end)};`;
}

/** `module.exports = …` and `exports.run = …`, as exports. */
function commonJsOf(node: SyntaxNode, code: string): string | undefined {
  const assignment = node.type === "ExpressionStatement" ? nodeIn(node["expression"]) : undefined;
  const [left, right] = [nodeIn(assignment?.["left"]), nodeIn(assignment?.["right"])];
  if (assignment?.type !== "AssignmentExpression" || left === undefined) return undefined;
  const target = /^(?:module\.)?exports(?:\.(\w+))?$/.exec(code.slice(left.start, left.end));
  if (target === null || right === undefined) return undefined;
  return exportOf(target[1] ?? "run", right, code);
}

/** The export of a value under a name; an object exports what it holds. */
function exportOf(name: string, value: SyntaxNode, code: string): string {
  const text = code.slice(value.start, value.end);
  if (value.type === "ObjectExpression") {
    const names = nodesIn(value["properties"]).map(({ start, end }) => code.slice(start, end));
    if (names.every((one) => /^\w+$/.test(one))) return `export { ${names.join(", ")} };`;
  }
  const own = nameOf(value);
  if (own === undefined) return `export const ${name} = ${text};`;
  return own === name ? `export { ${name} };` : `export { ${own} as ${name} };`;
}

function withoutDefault(code: string): string {
  if (exportedNames(code).has("run")) return code;
  return rewritten(code, (node) => {
    const value = nodeIn(node["declaration"]);
    if (node.type !== "ExportDefaultDeclaration" || value === undefined) return undefined;
    if (value.type !== "FunctionDeclaration") return exportOf("run", value, code);
    const text = code.slice(value.start, value.end);
    const own = nameOf(value["id"]);
    if (own === undefined) {
      return `export ${text.replace(/^(?:async\s+)?function\s*/, "async function run")}`;
    }
    return own === "run" ? `export ${text}` : `${text}\nexport { ${own} as run };`;
  });
}

/** Exports what is declared, but not exported. */
function withExported(code: string, name: string): string {
  const { ok, body } = parseModule(code);
  if (!ok || exportedNames(code).has(name)) return code;
  const declaration = body.find((node) => declaredNames(node).includes(name));
  if (declaration === undefined) return code;
  return `${code.slice(0, declaration.start)}export ${code.slice(declaration.start)}`;
}

function exportedNames(code: string): ReadonlySet<string> {
  const nodes = parseModule(code).body.filter(({ type }) => type === "ExportNamedDeclaration");
  return new Set(
    nodes.flatMap((node) => {
      const declaration = nodeIn(node["declaration"]);
      if (declaration !== undefined) return declaredNames(declaration);
      return nodesIn(node["specifiers"]).flatMap((one) => nameOf(one["exported"]) ?? []);
    }),
  );
}

function declaredNames(node: SyntaxNode): readonly string[] {
  if (node.type === "FunctionDeclaration") return [nameOf(node["id"]) ?? ""];
  if (node.type !== "VariableDeclaration") return [];
  return nodesIn(node["declarations"]).map((one) => nameOf(one["id"]) ?? "");
}
