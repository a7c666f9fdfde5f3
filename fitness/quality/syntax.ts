/** Walks the running part of a TypeScript program: what is only for the type checker is left out. */
import { type Node, parseSync, visitorKeys } from "oxc-parser";

/** @returns the tree; nothing where the source is not TypeScript. */
export function parseProgram(source: string): Node | undefined {
  const { program, errors } = parseSync("tool.ts", source);
  return errors.length === 0 ? program : undefined;
}

// These wrap an expression that does run.
const TYPED_EXPRESSIONS = new Set([
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
]);

/**
 * Visits a node and everything below it, from the outermost node in.
 *
 * @param visit returns false to leave out what lies below the node.
 */
export function walk(
  node: Node,
  visit: (node: Node, parents: readonly Node[]) => boolean,
  parents: readonly Node[] = [],
): void {
  const isType = node.type.startsWith("TS") && !TYPED_EXPRESSIONS.has(node.type);
  if (isType || !visit(node, parents)) return;
  const above = [...parents, node];
  for (const key of visitorKeys[node.type] ?? []) {
    for (const child of [Reflect.get(node, key)].flat()) {
      if (isNode(child)) walk(child, visit, above);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** The text of a program with one part of it replaced. */
export function replaced(source: string, part: { start: number; end: number }, by: string): string {
  return source.slice(0, part.start) + by + source.slice(part.end);
}

/** The body of the exported function `run`, braces included. */
export function bodyOfRun(program: Node): Node | undefined {
  let body: Node | undefined;
  walk(program, (node, parents) => {
    if (node.type === "FunctionDeclaration" && node.id?.name === "run")
      body ??= node.body ?? undefined;
    if (
      node.type === "VariableDeclarator" &&
      node.id.type === "Identifier" &&
      node.id.name === "run"
    ) {
      const { init } = node;
      const isFunction =
        init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression";
      if (isFunction) body ??= init.body ?? undefined;
    }
    // The exported function stands at the top: deeper ones only share its name.
    return parents.length < 4;
  });
  return body;
}
