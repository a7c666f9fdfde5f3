/** The few rules of correctness that neither the type checker nor the cases would notice. */
import type { Node } from "oxc-parser";
import type { Module } from "./module.ts";

export function checkLint(module: Module): void {
  for (const node of module.scopes.nodes) {
    const message = fault(node, module);
    if (message !== undefined) module.report(node.start, message);
  }
}

function fault(node: Node, module: Module): string | undefined {
  switch (node.type) {
    case "CatchClause":
      return isSilent(node, module)
        ? "swallows every error; give a result, throw a failure of the contract, or say why in a comment"
        : undefined;
    case "BinaryExpression":
      return comparisonFault(node, module);
    case "TryStatement":
      return node.finalizer !== null && jumps(node.finalizer)
        ? 'leaves a "finally" by return or throw, which swallows the error'
        : undefined;
    case "AssignmentExpression":
      return node.operator === "=" && isSame(node.left, node.right)
        ? "assigns something to itself"
        : undefined;
    case "NewExpression":
      return isAsyncExecutor(node)
        ? "swallows what an async function given to a Promise throws"
        : undefined;
    default:
      return undefined;
  }
}

function isSilent({ body }: Extract<Node, { type: "CatchClause" }>, { comments }: Module): boolean {
  if (body.body.length > 0) return false;
  // Comments are in the order of the source: a search by halves, for there may be thousands of both.
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.start ?? 0) > body.start) high = middle;
    else low = middle + 1;
  }
  return (comments[low]?.end ?? Number.POSITIVE_INFINITY) > body.end;
}

const COMPARISONS = new Set(["==", "===", "!=", "!==", "<", "<=", ">", ">="]);

function comparisonFault(
  { left, operator, right }: Extract<Node, { type: "BinaryExpression" }>,
  { scopes }: Module,
): string | undefined {
  if (!COMPARISONS.has(operator)) return undefined;
  const hasNaN = [left, right].some(
    (side) =>
      side.type === "Identifier" &&
      side.name === "NaN" &&
      scopes.referenceOf.get(side)?.binding === undefined,
  );
  return hasNaN ? "compares with NaN, which equals nothing; use Number.isNaN" : undefined;
}

function isSame(one: Node, other: Node): boolean {
  return one.type === "Identifier" && other.type === "Identifier" && one.name === other.name;
}

function jumps({ body }: Extract<Node, { type: "BlockStatement" }>): boolean {
  return body.some(({ type }) => type === "ReturnStatement" || type === "ThrowStatement");
}

function isAsyncExecutor(node: Extract<Node, { type: "NewExpression" }>): boolean {
  const [executor] = node.arguments;
  const isFunction =
    executor?.type === "ArrowFunctionExpression" || executor?.type === "FunctionExpression";
  return (
    node.callee.type === "Identifier" &&
    node.callee.name === "Promise" &&
    isFunction &&
    executor.async
  );
}
