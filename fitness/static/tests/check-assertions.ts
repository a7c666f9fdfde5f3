/** Tests that cannot fail prove nothing: each has to ask something of the tool, or of what it gave. */

import type { Node } from "oxc-parser";
import type { Module } from "../typescript/module.ts";
import { bare, childrenOf } from "../typescript/syntax.ts";
import { type CallExpression, importedFile, isTestCall, pathOf } from "./test-names.ts";

export function checkAssertions(module: Module): void {
  const reach = new Reach(module);
  let tests = 0;
  let asksTool = false;
  for (const node of module.scopes.nodes) {
    if (node.type !== "CallExpression") continue;
    const path = pathOf(node.callee, module);
    const body = isTestCall(path) ? bodyOf(node) : undefined;
    if (body !== undefined) {
      tests += 1;
      const facts = reach.of(body);
      asksTool ||= facts.asksTool;
      if (!facts.asserts) module.report(node.start, `${titleOf(node)} asserts nothing`);
    }
    checkTautology(node, path, module);
  }
  if (tests === 0) module.report(0, "holds no test");
  else if (!asksTool) module.report(0, "never calls the tool in a test");
}

/** The function of a test; what names none, such as `test.each(rows)`, is not a test yet. */
function bodyOf({ arguments: list }: CallExpression): Node | undefined {
  if (list.length < 2) return undefined;
  const found = list.find(
    ({ type }) => type.endsWith("FunctionExpression") || type === "Identifier",
  );
  return list[0] === found ? undefined : found;
}

function titleOf({ arguments: [title] }: CallExpression): string {
  return title?.type === "Literal" ? `the test ${JSON.stringify(title.value)}` : "a test";
}

interface Facts {
  readonly asserts: boolean;
  readonly asksTool: boolean;
}

const NOTHING: Facts = { asserts: false, asksTool: false };

/** What a function does, its own calls of functions in the file included. */
class Reach {
  readonly #module: Module;
  readonly #cache = new Map<Node, Facts>();

  constructor(module: Module) {
    this.#module = module;
  }

  of(start: Node): Facts {
    const cached = this.#cache.get(start);
    if (cached !== undefined) return cached;
    this.#cache.set(start, NOTHING);
    let { asserts, asksTool } = NOTHING;
    const open: Node[] = [start];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const found = this.#factsAt(node);
      asserts ||= found.asserts;
      asksTool ||= found.asksTool;
      open.push(...childrenOf(node));
    }
    const facts = { asserts, asksTool };
    this.#cache.set(start, facts);
    return facts;
  }

  #factsAt(node: Node): Facts {
    if (node.type === "CallExpression") {
      const path = pathOf(node.callee, this.#module);
      if (isAssertion(path)) return { asserts: true, asksTool: false };
    }
    if (node.type !== "Identifier") return NOTHING;
    const binding = this.#module.scopes.referenceOf.get(node)?.binding;
    if (binding === undefined) return NOTHING;
    if (binding.kind === "import") {
      const statement = this.#module.scopes.parentOf.get(binding.declaration);
      const from =
        statement?.type === "ImportDeclaration" ? importedFile(statement.source.value) : "";
      return { asserts: false, asksTool: from === "./tool.ts" };
    }
    const { declaration } = binding;
    if (declaration.type === "FunctionDeclaration") return this.of(declaration);
    const init = declaration.type === "VariableDeclarator" ? declaration.init : null;
    return init === null ? NOTHING : this.of(init);
  }
}

function isAssertion(path: readonly string[] | undefined): boolean {
  const [from, name, member] = path ?? [];
  if (from === "bun:test") {
    // `expect(x)` alone asks nothing.
    return name === "expect" && member !== undefined && member !== "assertions";
  }
  return from === "fast-check" && (name === "assert" || member === "assert");
}

function checkTautology(
  node: CallExpression,
  path: readonly string[] | undefined,
  module: Module,
): void {
  if (path?.[0] === "bun:test" && path[1] === "expect" && path.length > 2) {
    const value = expected(node);
    const [other] = node.arguments;
    if (value === undefined) return;
    const isFixed = isLiteral(value, module);
    const isItself =
      other !== undefined &&
      isName(value) &&
      isName(bare(other)) &&
      nameOf(value) === nameOf(bare(other));
    if (isFixed || isItself) module.report(node.start, "expects what is always true");
  }
  if (path?.[0] === "fast-check" && (path[1] === "property" || path[2] === "property")) {
    const predicate = node.arguments.at(-1);
    const body = predicate?.type === "ArrowFunctionExpression" ? bare(predicate.body) : undefined;
    if (body?.type === "Literal")
      module.report(node.start, "checks a property that is always true");
  }
}

/** What stands in the parentheses of `expect(…)`. */
function expected(call: CallExpression): Node | undefined {
  let node = bare(call.callee);
  while (node.type === "MemberExpression") node = bare(node.object);
  if (node.type !== "CallExpression") return undefined;
  const [value] = node.arguments;
  return value === undefined ? undefined : bare(value);
}

function isLiteral(node: Node, module: Module): boolean {
  if (node.type === "Literal") return true;
  if (node.type === "UnaryExpression") return isLiteral(node.argument, module);
  return module.constants.valueOf(node) !== undefined && node.type !== "Identifier";
}

function isName(node: Node): boolean {
  return node.type === "Identifier";
}

function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : "";
}
