/**
 * What stands in a table of a program. Cases name a few entries of a table, whatever its maker does: a mistake in
 * another one tells little of the cases, and too many of them would hide what the cases tell of the rest.
 */
import type { Node } from "oxc-parser";
import { walk } from "./syntax.ts";

/** As many values make a table; fewer can all stand in cases. */
const LEAST_VALUES = 8;

/** Whether a part of a program is an entry of a table that is made while it is loaded. @param parents outermost first. */
export function isTableEntry(node: Node, parents: readonly Node[]): boolean {
  if (node.type !== "Literal" && node.type !== "ArrayExpression") return false;
  const at = parents.findLastIndex(({ type }) => type === "VariableDeclarator");
  const table = parents[at];
  if (table?.type !== "VariableDeclarator" || table.init === null) return false;
  const isTop = parents
    .slice(0, at)
    .every(({ type }) =>
      ["Program", "ExportNamedDeclaration", "VariableDeclaration"].includes(type),
    );
  const between = parents.slice(at + 1);
  // The list as a whole is not an entry of itself.
  const isInside = between.some(({ type }) => isList(type));
  return isTop && isInside && between.every(isPartOfTable) && valuesIn(table.init) >= LEAST_VALUES;
}

function isList(type: Node["type"]): boolean {
  return type === "ArrayExpression" || type === "ObjectExpression";
}

function isPartOfTable(node: Node): boolean {
  switch (node.type) {
    case "ArrayExpression":
    case "ObjectExpression":
    case "Property":
    case "UnaryExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return true;
    case "NewExpression":
      return node.callee.type === "Identifier" && ["Map", "Set"].includes(node.callee.name);
    case "CallExpression":
      return node.callee.type === "MemberExpression" && isFreeze(node.callee);
    default:
      return false;
  }
}

function isFreeze({ object, property }: Extract<Node, { type: "MemberExpression" }>): boolean {
  const isObject = object.type === "Identifier" && object.name === "Object";
  return (
    isObject && property.type === "Identifier" && ["freeze", "entries"].includes(property.name)
  );
}

function valuesIn(table: Node): number {
  let count = 0;
  walk(table, (node) => {
    if (node.type === "Literal") count += 1;
    return true;
  });
  return count;
}
