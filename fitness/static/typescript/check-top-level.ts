/** A module of a tool declares; what it does, it does when it is called. */
import type { Node } from "oxc-parser";
import type { Module } from "./module.ts";
import { bare, isErased } from "./syntax.ts";

export function checkTopLevel(module: Module): void {
  for (const statement of module.program.body) {
    if (isErased(statement)) continue;
    const culprit = culpritIn(statement, module);
    if (culprit === undefined) continue;
    const what = culprit.type === "AwaitExpression" ? "awaits" : "does something";
    module.report(culprit.start, `${what} while it is loaded; move it into run`);
  }
}

/** The part of a statement that is more than a declaration. */
function culpritIn(statement: Node, module: Module): Node | undefined {
  switch (statement.type) {
    case "ImportDeclaration":
    case "FunctionDeclaration":
    case "EmptyStatement":
    case "ExportAllDeclaration":
    case "ExportDefaultDeclaration":
    case "TSEnumDeclaration":
    case "TSModuleDeclaration":
    case "TSImportEqualsDeclaration":
    case "TSExportAssignment":
      return undefined; // nothing runs, or it is refused by name elsewhere
    case "ExportNamedDeclaration":
      return statement.declaration === null ? undefined : culpritIn(statement.declaration, module);
    case "VariableDeclaration":
      return first(statement.declarations, ({ init }) =>
        init === null ? undefined : impure(init, module),
      );
    case "ClassDeclaration":
      return impure(statement, module);
    case "ExpressionStatement":
      return impure(statement.expression, module);
    default:
      return statement;
  }
}

/** The first part of an expression that does more than make a value. */
function impure(expression: Node, module: Module): Node | undefined {
  const node = bare(expression);
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return undefined;
    case "TemplateLiteral":
      return first(node.expressions, (one) => impure(one, module));
    case "ArrayExpression":
      return first(node.elements, (one) => (one === null ? undefined : impure(one, module)));
    case "ObjectExpression":
      return first(node.properties, (one) => impure(one, module));
    case "Property":
      return (node.computed ? impure(node.key, module) : undefined) ?? impure(node.value, module);
    case "SpreadElement":
      return impure(node.argument, module);
    case "UnaryExpression":
      return node.operator === "delete" ? node : impure(node.argument, module);
    case "BinaryExpression":
    case "LogicalExpression":
      return impure(node.left, module) ?? impure(node.right, module);
    case "ConditionalExpression":
      return first([node.test, node.consequent, node.alternate], (one) => impure(one, module));
    case "MemberExpression":
      return (
        impure(node.object, module) ?? (node.computed ? impure(node.property, module) : undefined)
      );
    case "ClassDeclaration":
    case "ClassExpression":
      return impureClass(node, module);
    case "TaggedTemplateExpression":
    case "NewExpression":
    case "CallExpression":
      return impureCall(node, module);
    default:
      return node;
  }
}

function impureCall(
  node: Extract<Node, { type: "TaggedTemplateExpression" | "NewExpression" | "CallExpression" }>,
  module: Module,
): Node | undefined {
  switch (node.type) {
    case "TaggedTemplateExpression":
      return isPureCallee(node.tag, module) ? impure(node.quasi, module) : node;
    case "NewExpression":
      return isMaker(node.callee, module) ? impureArguments(node.arguments, module) : node;
    default:
      if (!isPureCallee(node.callee, module)) return node;
      return impureReceiver(node.callee, module) ?? impureArguments(node.arguments, module);
  }
}

function impureArguments(list: readonly Node[], module: Module): Node | undefined {
  return first(list, (one) => impure(one, module));
}

function impureReceiver(callee: Node, module: Module): Node | undefined {
  const target = bare(callee);
  return target.type === "MemberExpression" ? impure(target.object, module) : undefined;
}

/** What a class runs when it is declared: what it extends, computed names, static parts. */
function impureClass(
  node: Extract<Node, { type: "ClassDeclaration" | "ClassExpression" }>,
  module: Module,
): Node | undefined {
  const base = node.superClass === null ? undefined : impure(node.superClass, module);
  return (
    base ??
    first(node.body.body, (member) => {
      if (member.type === "StaticBlock") return member;
      if (!("key" in member)) return undefined;
      const key = member.computed ? impure(member.key, module) : undefined;
      const isStaticValue = member.type === "PropertyDefinition" && member.static;
      if (key !== undefined || !isStaticValue || member.value === null) return key;
      return impure(member.value, module);
    })
  );
}

/** `z.…`, the library of the language, and methods of what either gave; not a function of the tool. */
function isPureCallee(callee: Node, module: Module): boolean {
  const target = bare(callee);
  switch (target.type) {
    case "Identifier":
      return isGlobal(target, module) || isImported(target, module);
    case "MemberExpression":
      return isPureReceiver(target.object, module);
    default:
      return false;
  }
}

function isPureReceiver(receiver: Node, module: Module): boolean {
  const object = bare(receiver);
  switch (object.type) {
    case "Literal":
    case "TemplateLiteral":
    case "ArrayExpression":
      return true;
    case "NewExpression":
      return isMaker(object.callee, module);
    case "MemberExpression":
      return isPureReceiver(object.object, module);
    case "CallExpression":
      return isPureCallee(object.callee, module);
    case "Identifier": {
      if (isGlobal(object, module) || isImported(object, module)) return true;
      const declaration = module.scopes.referenceOf.get(object)?.binding?.declaration;
      if (declaration?.type !== "VariableDeclarator" || declaration.init === null) return false;
      // Only what was made before: the rest has no value yet, and could lead around in circles.
      return declaration.end <= object.start && isPureConstant(declaration.init, module);
    }
    default:
      return false;
  }
}

const purity = new WeakMap<Node, boolean>();

// Remembered, for constants may be made of one another by the thousand.
function isPureConstant(init: Node, module: Module): boolean {
  const isPure = purity.get(init) ?? isPureReceiver(init, module);
  purity.set(init, isPure);
  return isPure;
}

/** A class of the language, also one of `Intl`: making one of them runs nothing of the tool. */
function isMaker(callee: Node, module: Module): boolean {
  const target = bare(callee);
  if (target.type !== "MemberExpression") return isGlobal(target, module);
  const object = bare(target.object);
  return object.type === "Identifier" && object.name === "Intl" && isGlobal(object, module);
}

function isGlobal(node: Node, { scopes }: Module): boolean {
  const reference = scopes.referenceOf.get(bare(node));
  return reference !== undefined && reference.binding === undefined;
}

/** From zod: what another module of the tool gives is a function of the tool. */
function isImported(node: Node, { scopes }: Module): boolean {
  const binding = scopes.referenceOf.get(bare(node))?.binding;
  if (binding?.kind !== "import") return false;
  const statement = scopes.parentOf.get(binding.declaration);
  return statement?.type === "ImportDeclaration" && statement.source.value === "zod";
}

function first<Item>(
  items: readonly Item[],
  find: (item: Item) => Node | undefined,
): Node | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
