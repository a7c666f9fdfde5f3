/** What a name stands for, where it is a constant. */
import type { Node } from "oxc-parser";
import type { Binding, Scopes } from "./scope.ts";
import { bare } from "./syntax.ts";

/** The expression that a name stands for where it is a constant, over however many of them; else the name itself. */
export function resolveConstant(node: Node, { referenceOf }: Scopes): Node {
  // A constant may mention itself.
  const visited = new Set<Node>();
  let current = bare(node);
  while (!visited.has(current)) {
    visited.add(current);
    const value = valueOfConstant(referenceOf.get(current)?.binding);
    if (value === undefined) break;
    current = bare(value);
  }
  return current;
}

/** What a constant is declared as; nothing for one that is taken apart. */
export function valueOfConstant(binding: Binding | undefined): Node | undefined {
  if (binding?.kind !== "const" || binding.declaration.type !== "VariableDeclarator") {
    return undefined;
  }
  const { id, init } = binding.declaration;
  return id.type === "Identifier" ? (init ?? undefined) : undefined;
}
