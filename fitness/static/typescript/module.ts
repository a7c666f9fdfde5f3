/** What a scan of one module works on. */

import type { Comment, Node } from "oxc-parser";
import type { Use } from "../capabilities.ts";
import type { Report } from "../finding.ts";
import type { Constants } from "./constants.ts";
import { resolveConstant } from "./resolve-constant.ts";
import type { Reference, Scopes } from "./scope.ts";
import { bare } from "./syntax.ts";

export interface Module {
  readonly program: Extract<Node, { type: "Program" }>;
  readonly comments: readonly Comment[];
  readonly scopes: Scopes;
  readonly constants: Constants;
  readonly report: Report;
  /** Notes that something was used which a contract can name. */
  readonly note: (node: Node, use: Omit<Use, "line">) => void;
}

/** The name of the global that an expression is, also by way of a constant that stands for it. */
export function globalBehind(reference: Reference | undefined, scopes: Scopes): string | undefined {
  if (reference === undefined) return undefined;
  const last = scopes.referenceOf.get(resolveConstant(reference.node, scopes));
  return last?.binding === undefined ? last?.name : undefined;
}

/** Whether a node is what an assignment, an update or a `delete` changes. */
export function isChanged(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case "AssignmentExpression":
    case "ForInStatement":
    case "ForOfStatement":
    case "AssignmentPattern":
      return parent.left === node;
    case "UpdateExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    case "RestElement":
    case "ArrayPattern":
      return true;
    default:
      return false;
  }
}

/** The node with what only the type checker reads around it: `x` in `(x as T)!` gives the whole. */
export function outermost(node: Node, { parentOf }: Scopes): Node {
  let outer = node;
  for (let parent = parentOf.get(outer); parent !== undefined; parent = parentOf.get(outer)) {
    if (bare(parent) === parent || bare(parent) !== bare(node)) return outer;
    outer = parent;
  }
  return outer;
}
