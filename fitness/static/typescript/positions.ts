/** Where in a syntax tree a block begins, and which identifiers are names of members instead of values. */
import type { Node } from "oxc-parser";

/** Whether what is declared within a node is unknown outside. */
export function opensBlock(node: Node): boolean {
  switch (node.type) {
    case "BlockStatement":
    case "StaticBlock":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "SwitchStatement":
    case "TSModuleBlock":
      return true;
    default:
      return false;
  }
}

/** The children of a node that are names of members or labels, and stand for no value of their own. */
export function nameOnly(node: Node): readonly (Node | null)[] {
  switch (node.type) {
    case "MemberExpression":
    case "MetaProperty":
      return node.type === "MetaProperty"
        ? [node.meta, node.property]
        : node.computed
          ? []
          : [node.property];
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      return node.computed ? [] : [node.key];
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return [node.label];
    case "ExportSpecifier":
      return [node.exported];
    case "ExportNamedDeclaration":
      // `export { name } from` names nothing of this module.
      return node.source === null ? [] : [...node.specifiers];
    case "ExportAllDeclaration":
      return [node.exported];
    default:
      return [];
  }
}
