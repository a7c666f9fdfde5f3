/** Which declaration each name in a module means, and which names mean none: those are global. */
import type { ArrowFunctionExpression, Function as FunctionNode, Node } from "oxc-parser";
import { nameOnly, opensBlock } from "./positions.ts";
import { childrenOf, isErased } from "./syntax.ts";

type BindingKind = "import" | "function" | "class" | "const" | "variable" | "parameter";

export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  /** The declaring node: a declarator, a function, a class, an import specifier, a parameter. */
  readonly declaration: Node;
  readonly references: Reference[];
}

export interface Reference {
  readonly name: string;
  readonly node: Node;
  /** Absent for a global. */
  readonly binding: Binding | undefined;
}

export interface Scopes {
  /** Every use of a name where it stands for a value, in the order of the source. */
  readonly references: readonly Reference[];
  /** The use that an identifier is. */
  readonly referenceOf: ReadonlyMap<Node, Reference>;
  readonly parentOf: ReadonlyMap<Node, Node>;
  /** Every node that is left when types are erased, parents first. */
  readonly nodes: readonly Node[];
  /** The binding that a node declares, for identifiers that are not use of a name. */
  readonly bindingAt: ReadonlyMap<Node, Binding>;
}

interface Scope {
  readonly outer: Scope | undefined;
  /** Where `var` goes: a function body or the module. */
  readonly isFunction: boolean;
  readonly bindings: Map<string, Binding>;
}

/** Resolves every name of a module as the language does: hoisting, shadowing, parameters apart from bodies. */
export function resolveScopes(program: Node): Scopes {
  const resolver = new Resolver();
  resolver.visit(program, openScope(undefined, true));
  return resolver.finish();
}

function openScope(outer: Scope | undefined, isFunction = false): Scope {
  return { outer, isFunction, bindings: new Map() };
}

class Resolver {
  readonly #uses: { readonly node: Node; readonly name: string; readonly scope: Scope }[] = [];
  readonly #parentOf = new Map<Node, Node>();
  readonly #bindingAt = new Map<Node, Binding>();
  readonly #nodes: Node[] = [];

  finish(): Scopes {
    const referenceOf = new Map<Node, Reference>();
    const references = this.#uses.map(({ node, name, scope }) => {
      const binding = lookUp(scope, name);
      const reference: Reference = { name, node, binding };
      binding?.references.push(reference);
      referenceOf.set(node, reference);
      return reference;
    });
    const [parentOf, nodes, bindingAt] = [this.#parentOf, this.#nodes, this.#bindingAt];
    return { references, referenceOf, parentOf, nodes, bindingAt };
  }

  visit(node: Node, scope: Scope): void {
    if (isErased(node)) return;
    this.#nodes.push(node);
    switch (node.type) {
      case "Identifier":
        this.#uses.push({ node, name: node.name, scope });
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#function(node, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#class(node, scope);
        return;
      case "VariableDeclaration":
        this.#variables(node, scope);
        return;
      case "ImportDeclaration":
        this.#imports(node, scope);
        return;
      case "CatchClause":
        this.#catch(node, openScope(scope));
        return;
      case "TSEnumDeclaration":
        // Its values stand in it, or it is refused elsewhere: there is nothing to look up.
        this.#declare(node.id, { scope, kind: "const", declaration: node });
        return;
      default:
        this.#others(node, scope);
    }
  }

  #variables(node: Kind<"VariableDeclaration">, scope: Scope): void {
    const kind = node.kind === "var" || node.kind === "let" ? "variable" : "const";
    const target = node.kind === "var" ? functionScope(scope) : scope;
    for (const declarator of node.declarations) {
      this.#enter(declarator, node);
      this.#pattern(declarator.id, { parent: declarator, scope, target, kind });
      if (declarator.init !== null) this.#child(declarator.init, declarator, scope);
    }
  }

  #imports(node: Kind<"ImportDeclaration">, scope: Scope): void {
    for (const specifier of node.specifiers) {
      if (isErased(specifier)) continue;
      this.#enter(specifier, node);
      this.#declare(specifier.local, { scope, kind: "import", declaration: specifier });
    }
  }

  #catch(node: Kind<"CatchClause">, inner: Scope): void {
    if (node.param !== null) {
      this.#pattern(node.param, { parent: node, scope: inner, target: inner, kind: "variable" });
    }
    this.#child(node.body, node, inner);
  }

  #others(node: Node, scope: Scope): void {
    const inner = opensBlock(node) ? openScope(scope, node.type === "StaticBlock") : scope;
    const names = nameOnly(node);
    for (const child of childrenOf(node)) {
      if (!names.includes(child)) this.#child(child, node, inner);
    }
  }

  #function(node: AnyFunction, scope: Scope): void {
    // Not the implementation of an overload, nor an abstract method: nothing runs.
    if (node.body === null) return;
    // Parameters do not see what the body declares, the body sees both.
    const parameterScope = openScope(scope, true);
    if (node.type !== "ArrowFunctionExpression") {
      if (node.id !== null) {
        const target = node.type === "FunctionDeclaration" ? scope : parameterScope;
        this.#declare(node.id, { scope: target, kind: "function", declaration: node });
      }
      declareName("arguments", { scope: parameterScope, kind: "parameter", declaration: node });
    }
    const inside = openScope(parameterScope, true);
    for (const parameter of node.params) {
      this.#pattern(parameter, {
        parent: node,
        scope: parameterScope,
        target: parameterScope,
        kind: "parameter",
      });
    }
    this.#child(node.body, node, inside);
  }

  #class(
    node: Extract<Node, { type: "ClassDeclaration" | "ClassExpression" }>,
    scope: Scope,
  ): void {
    const inner = openScope(scope);
    if (node.id !== null) {
      const target = node.type === "ClassDeclaration" ? scope : inner;
      this.#declare(node.id, { scope: target, kind: "class", declaration: node });
    }
    for (const child of childrenOf(node)) {
      if (child !== node.id) this.#child(child, node, inner);
    }
  }

  /** A position that declares names: everything in it but defaults and computed keys. */
  #pattern(node: Node, context: PatternContext): void {
    const { parent, scope } = context;
    const below = { ...context, parent: node };
    switch (node.type) {
      case "Identifier":
        this.#parentOf.set(node, parent);
        // The type of `this`, written as a parameter.
        if (node.name !== "this") {
          this.#declare(node, { scope: context.target, kind: context.kind, declaration: parent });
        }
        return;
      case "AssignmentPattern":
        this.#enter(node, parent);
        this.#pattern(node.left, below);
        this.#child(node.right, node, scope);
        return;
      case "RestElement":
        this.#enter(node, parent);
        this.#pattern(node.argument, below);
        return;
      case "ArrayPattern":
        this.#enter(node, parent);
        for (const element of node.elements) if (element !== null) this.#pattern(element, below);
        return;
      case "ObjectPattern":
        this.#enter(node, parent);
        for (const property of node.properties) this.#pattern(property, below);
        return;
      case "Property":
        this.#enter(node, parent);
        if (node.computed) this.#child(node.key, node, scope);
        this.#pattern(node.value, below);
        return;
      case "TSParameterProperty":
        this.#enter(node, parent);
        this.#pattern(node.parameter, below);
        return;
      default:
        this.#child(node, parent, scope);
    }
  }

  #child(node: Node, parent: Node, scope: Scope): void {
    this.#parentOf.set(node, parent);
    this.visit(node, scope);
  }

  #enter(node: Node, parent: Node): void {
    this.#parentOf.set(node, parent);
    this.#nodes.push(node);
  }

  #declare(id: Node, context: DeclarationContext): void {
    if (id.type === "Identifier") this.#bindingAt.set(id, declareName(id.name, context));
  }
}

type Kind<Type extends Node["type"]> = Extract<Node, { type: Type }>;
type AnyFunction = ArrowFunctionExpression | FunctionNode;

interface PatternContext {
  readonly parent: Node;
  /** Where defaults are evaluated. */
  readonly scope: Scope;
  /** Where the names go. */
  readonly target: Scope;
  readonly kind: BindingKind;
}

interface DeclarationContext {
  readonly scope: Scope;
  readonly kind: BindingKind;
  readonly declaration: Node;
}

function declareName(name: string, { scope, kind, declaration }: DeclarationContext): Binding {
  const existing = scope.bindings.get(name);
  if (existing !== undefined) return existing;
  const binding: Binding = { name, kind, declaration, references: [] };
  scope.bindings.set(name, binding);
  return binding;
}

function lookUp(from: Scope, name: string): Binding | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.outer) {
    const binding = scope.bindings.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

function functionScope(from: Scope): Scope {
  let scope = from;
  while (!scope.isFunction && scope.outer !== undefined) scope = scope.outer;
  return scope;
}
