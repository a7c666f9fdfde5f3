import type { Node } from "oxc-parser";
import { isHelperName } from "#tools/contract/tool-modules.ts";
import type { Module } from "./module.ts";
import { isErased } from "./syntax.ts";

const EXPORTS = ["input", "run"];
const TOOL_TYPES = "#tools/tool.ts";

/** Where a module of a tool stands. */
export interface ModuleContext {
  /** Its name, such as `tool.ts`. */
  readonly file: string;
  /** Names of the modules that `tool.ts` may be made of, beside itself. */
  readonly helpers: ReadonlySet<string>;
}

/** Judges imports and exports: zod and modules of the tool come in, `input` and `run` go out. */
export function checkExports(module: Module, context: ModuleContext): void {
  const { report } = module;
  const exported = new Map<string, Node>();
  for (const statement of module.program.body) {
    switch (statement.type) {
      case "ImportDeclaration":
        checkImport(statement, module, context);
        break;
      case "ExportDefaultDeclaration":
        report(statement.start, "exports a default; export by name");
        break;
      case "ExportAllDeclaration":
        report(statement.start, `exports what it imports from "${statement.source.value}"`);
        break;
      case "ExportNamedDeclaration":
        if (!isErased(statement)) collect(statement, exported, module);
        break;
      default:
        break;
    }
  }
  if (isHelperName(context.file)) return;
  for (const [name, node] of exported) {
    if (!EXPORTS.includes(name)) {
      report(node.start, `exports "${name}"; a tool exports "input" and "run" alone`);
    }
  }
  for (const name of EXPORTS) {
    if (!exported.has(name)) report(0, `does not export "${name}"`);
  }
}

function checkImport(
  statement: Extract<Node, { type: "ImportDeclaration" }>,
  { report }: Module,
  { file, helpers }: ModuleContext,
): void {
  const from = statement.source.value;
  const isTypeOnly =
    statement.importKind === "type" ||
    (statement.specifiers.length > 0 && statement.specifiers.every(isErased));
  if (statement.attributes.length > 0) {
    report(statement.start, "imports with attributes");
  }
  if (from === "zod") return;
  if (from !== `./${file}` && helpers.has(from.replace(/^\.\//, "")) && from.startsWith("./"))
    return;
  if (from !== TOOL_TYPES) {
    report(
      statement.start,
      `imports "${from}"; a tool imports zod, its own modules, and types of ${TOOL_TYPES}`,
    );
  } else if (!isTypeOnly) {
    report(statement.start, `imports values of ${TOOL_TYPES}; write "import type"`);
  }
}

function collect(
  statement: Extract<Node, { type: "ExportNamedDeclaration" }>,
  exported: Map<string, Node>,
  { report }: Module,
): void {
  if (statement.source !== null) {
    report(statement.start, `exports what it imports from "${statement.source.value}"`);
    return;
  }
  for (const specifier of statement.specifiers) {
    if (isErased(specifier)) continue;
    const { exported: name } = specifier;
    exported.set(name.type === "Identifier" ? name.name : String(name.value), specifier);
  }
  const { declaration } = statement;
  if (declaration === null || isErased(declaration)) return;
  for (const [name, node] of declaredNames(declaration)) exported.set(name, node);
}

function declaredNames(declaration: Node): readonly (readonly [string, Node])[] {
  switch (declaration.type) {
    case "VariableDeclaration":
      return declaration.declarations.map(({ id }) => [
        id.type === "Identifier" ? id.name : "a pattern",
        id,
      ]);
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return [[declaration.id?.name ?? "nothing", declaration]];
    default:
      return [[declaration.type, declaration]];
  }
}
