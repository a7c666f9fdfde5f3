import type { Node } from "oxc-parser";
import { FORBIDDEN_MEMBERS, HIDDEN_NAMES } from "./globals.ts";
import { isChanged, type Module, outermost } from "./module.ts";
import { resolveConstant } from "./resolve-constant.ts";
import { bare } from "./syntax.ts";

type Member = Extract<Node, { type: "MemberExpression" }>;

/** Of zod: parts that make code of text or change what all schemas share. */
const INNER_PARTS: ReadonlySet<string> = new Set([
  "core",
  "util",
  "config",
  "globalRegistry",
  "default",
  "z",
]);

/** Judges members by name, wherever they are picked: `x.y`, `x["y"]`, `const { y } = x`, `{ y: … }`. */
export function checkMembers(module: Module): void {
  checkImports(module);
  for (const node of module.scopes.nodes) {
    if (node.type === "MemberExpression") checkMember(node, module);
    else if (node.type === "Property") checkProperty(node, module);
    else if (node.type === "BinaryExpression" || node.type === "TemplateLiteral") {
      checkPieces(node, module);
    } else if (node.type === "CallExpression") checkPieces(node, module);
  }
}

/** What is imported is picked from: handed on, nothing would tell any more what is picked. */
function checkImports(module: Module): void {
  for (const { node, binding } of module.scopes.references) {
    if (binding?.kind !== "import" || binding.name !== "z") continue;
    const user = parent(node, module);
    const isPicked = user?.type === "MemberExpression" && bare(user.object) === bare(node);
    const isNamed = user?.type === "VariableDeclarator" && bare(user.init ?? user) === bare(node);
    if (!(isPicked || isNamed)) {
      module.report(node.start, `hands on "${binding.name}"; write ${binding.name}.NAME in place`);
    }
  }
}

function checkMember(node: Member, module: Module): void {
  const key = module.constants.keyOf(node.property, node.computed);
  if (key === undefined) checkComputed(node, module);
  else if (FORBIDDEN_MEMBERS.has(key)) {
    if (isOwnClassName(node, key, module)) return;
    module.report(node.property.start, `reaches "${key}", by which every object can be changed`);
  } else if (key === "prototype" && !isBorrowing(node, module)) {
    module.report(node.property.start, 'reaches "prototype", which all objects of a kind share');
  }
  if (
    key !== undefined &&
    isImport(resolveConstant(node.object, module.scopes), module) &&
    INNER_PARTS.has(key)
  ) {
    module.report(node.property.start, `reaches "${key}", the inside of what it imports`);
  }
  if (
    isImport(node.object, module) &&
    isChanged(outermost(node, module.scopes), parent(node, module))
  ) {
    module.report(node.start, "changes what it imports");
  }
}

/** `this.constructor.name`, customary in classes of errors. */
function isOwnClassName(node: Member, key: string, module: Module): boolean {
  if (key !== "constructor" || node.object.type !== "ThisExpression") return false;
  const picked = parent(node, module);
  return (
    picked?.type === "MemberExpression" &&
    module.constants.keyOf(picked.property, picked.computed) === "name" &&
    !isChanged(outermost(picked, module.scopes), parent(picked, module))
  );
}

/** `counts[word]` is what many tools are made of; on a function or an import it reaches for anything. */
function checkComputed(node: Member, module: Module): void {
  const object = resolveConstant(node.object, module.scopes);
  const kind = module.scopes.referenceOf.get(object)?.binding?.kind;
  const isFunction =
    kind === "function" ||
    kind === "class" ||
    object.type === "FunctionExpression" ||
    object.type === "ArrowFunctionExpression" ||
    object.type === "ClassExpression";
  if (isFunction) module.report(node.start, "picks a member of a function by a computed name");
  if (kind === "import")
    module.report(node.start, "picks a member of an import by a computed name");
}

/**
 * `Object.prototype.hasOwnProperty.call(…)`, the same method kept in a constant, or the prototype that an
 * error class of its own sets up.
 */
function isBorrowing(node: Node, module: Module): boolean {
  const method = parent(node, module);
  if (method?.type === "CallExpression") {
    return isErrorSetUp(method, module) && method.arguments[1] === node;
  }
  if (method?.type !== "MemberExpression" || method.computed) return false;
  const borrow = parent(method, module);
  if (borrow?.type === "VariableDeclarator") return borrow.id.type === "Identifier";
  if (borrow?.type !== "MemberExpression" || borrow.object !== method) return false;
  const name = module.constants.keyOf(borrow.property, borrow.computed);
  const call = parent(borrow, module);
  return (
    (name === "call" || name === "apply") &&
    call?.type === "CallExpression" &&
    call.callee === borrow
  );
}

function isErrorSetUp(call: Extract<Node, { type: "CallExpression" }>, module: Module): boolean {
  const callee = bare(call.callee);
  return (
    callee.type === "MemberExpression" &&
    module.constants.keyOf(callee.property, callee.computed) === "setPrototypeOf" &&
    call.arguments[0]?.type === "ThisExpression"
  );
}

/** A pattern picks like a member expression does; in an object, `__proto__:` sets the prototype. */
function checkProperty(node: Extract<Node, { type: "Property" }>, module: Module): void {
  const key = module.constants.keyOf(node.key, node.computed);
  if (key === undefined) return;
  const isPattern = module.scopes.parentOf.get(node)?.type === "ObjectPattern";
  if (isPattern && INNER_PARTS.has(key) && takesImportApart(node, module)) {
    module.report(node.key.start, `reaches "${key}", the inside of what it imports`);
  }
  const isRefused = isPattern
    ? FORBIDDEN_MEMBERS.has(key) || key === "prototype"
    : key === "__proto__";
  if (isRefused) {
    module.report(node.start, `reaches "${key}", by which every object can be changed`);
  }
}

function takesImportApart(node: Node, module: Module): boolean {
  const pattern = module.scopes.parentOf.get(node);
  const declarator = pattern === undefined ? undefined : module.scopes.parentOf.get(pattern);
  return (
    declarator?.type === "VariableDeclarator" &&
    declarator.init !== null &&
    isImport(resolveConstant(declarator.init, module.scopes), module)
  );
}

/** Honest code writes a word in one piece. */
function checkPieces(node: Node, module: Module): void {
  const value = module.constants.valueOf(node);
  if (typeof value !== "string" || !HIDDEN_NAMES.has(value)) return;
  module.report(node.start, `puts the word "${value}" together from pieces`);
}

function isImport(node: Node, module: Module): boolean {
  return module.scopes.referenceOf.get(bare(node))?.binding?.kind === "import";
}

function parent(node: Node, module: Module): Node | undefined {
  return module.scopes.parentOf.get(outermost(node, module.scopes));
}
