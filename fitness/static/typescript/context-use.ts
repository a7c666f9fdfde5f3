/** What a tool uses of `ctx`, the second argument of `run`, followed through names, patterns and calls. */

import type { Node } from "oxc-parser";
import { hostOf } from "../capabilities.ts";
import { type Module, outermost } from "./module.ts";
import type { Binding } from "./scope.ts";
import { bare } from "./syntax.ts";

const PARTS = ["fetch", "files", "clock", "random", "memory", "log"];
const FILE_METHODS: Readonly<Record<string, string>> = {
  read: "files:read",
  list: "files:read",
  write: "files:write",
};

/** `ctx` itself, or its files, which are two capabilities. */
type Subject = "ctx" | "ctx.files";

export interface ContextUse {
  /** Whether it was passed on to where its use cannot be seen. */
  readonly isOpaque: boolean;
}

/** Notes every use, and reports what is not part of `ctx`. */
export function followContext(module: Module): ContextUse {
  const follower = new Follower(module);
  const parameter = parametersOf(exportedRun(module))[1];
  if (parameter !== undefined) follower.bind(parameter, "ctx");
  follower.followAll();
  return { isOpaque: follower.isOpaque };
}

class Follower {
  isOpaque = false;
  readonly #module: Module;
  readonly #open: { readonly binding: Binding; readonly subject: Subject }[] = [];
  readonly #visited = new Set<string>();
  readonly #ids = new Map<Binding, number>();

  constructor(module: Module) {
    this.#module = module;
  }

  /** Takes what a pattern binds for `ctx` or a part of it. */
  bind(pattern: Node, subject: Subject): void {
    switch (pattern.type) {
      case "AssignmentPattern":
        this.bind(pattern.left, subject);
        return;
      case "Identifier": {
        const binding = this.#module.scopes.bindingAt.get(pattern);
        if (binding !== undefined) this.#follow(binding, subject);
        return;
      }
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement") this.bind(property.argument, subject);
          else this.#bindProperty(property, subject);
        }
        return;
      default:
        this.isOpaque = true;
    }
  }

  followAll(): void {
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      for (const { node } of next.binding.references) this.#use(node, next.subject);
    }
  }

  #bindProperty(property: Extract<Node, { type: "Property" }>, subject: Subject): void {
    const key = this.#module.constants.keyOf(property.key, property.computed);
    if (this.#pick(property, key, subject) === "ctx.files") this.bind(property.value, "ctx.files");
  }

  #follow(binding: Binding, subject: Subject): void {
    const id = this.#ids.get(binding) ?? this.#ids.size;
    this.#ids.set(binding, id);
    if (this.#visited.has(`${id} ${subject}`)) return;
    this.#visited.add(`${id} ${subject}`);
    this.#open.push({ binding, subject });
  }

  #use(use: Node, subject: Subject): void {
    const { scopes, constants } = this.#module;
    const node = outermost(use, scopes);
    const parent = scopes.parentOf.get(node);
    switch (parent?.type) {
      case "MemberExpression": {
        if (parent.object !== node) break;
        const key = constants.keyOf(parent.property, parent.computed);
        if (this.#pick(parent, key, subject) === "ctx.files") this.#use(parent, "ctx.files");
        return;
      }
      case "VariableDeclarator":
        this.bind(parent.id, subject);
        return;
      case "CallExpression":
        if (this.#passed(parent, node, subject)) return;
        break;
      case "UnaryExpression":
      case "ExpressionStatement":
        return;
      default:
        break;
    }
    this.isOpaque = true;
  }

  /** Follows an argument into a function of the module. */
  #passed(call: Extract<Node, { type: "CallExpression" }>, node: Node, subject: Subject): boolean {
    const at = (call.arguments as readonly Node[]).indexOf(node);
    const binding = this.#module.scopes.referenceOf.get(bare(call.callee))?.binding;
    const parameter = parametersOf(functionOf(binding))[at];
    if (parameter === undefined) return false;
    this.bind(parameter, subject);
    return true;
  }

  /** Notes a member; gives the subject that it is, where that has members worth following. */
  #pick(node: Node, key: string | undefined, subject: Subject): Subject | undefined {
    const { note, report } = this.#module;
    if (key === undefined) {
      report(node.start, `picks a member of ${subject} by a computed name; name it`);
      return undefined;
    }
    const what = `${subject}.${key}`;
    const capability = subject === "ctx.files" ? FILE_METHODS[key] : key;
    if (capability === undefined) report(node.start, `reaches "${what}", which does not exist`);
    else if (subject === "ctx.files") note(node, { capability, what });
    else if (!PARTS.includes(key)) {
      report(node.start, `reaches "${what}", which does not exist; ctx has ${PARTS.join(", ")}`);
    } else if (key === "files") return "ctx.files";
    else if (key === "fetch") note(node, { capability: "net", what, host: this.#hostAt(node) });
    else if (key !== "log") note(node, { capability, what });
    return undefined;
  }

  /** The host of a request, where the code names it in place. */
  #hostAt(member: Node): string | undefined {
    const { scopes, constants } = this.#module;
    const node = outermost(member, scopes);
    const call = scopes.parentOf.get(node);
    if (call?.type !== "CallExpression" || call.callee !== node) return undefined;
    const [first] = call.arguments;
    if (first === undefined) return undefined;
    const whole = constants.valueOf(first);
    if (typeof whole === "string") return hostOf(whole, true);
    let start = bare(first);
    while (start.type === "BinaryExpression") start = bare(start.left);
    if (start.type === "TemplateLiteral") {
      return hostOf(start.quasis[0]?.value.cooked ?? "", false);
    }
    const beginning = constants.valueOf(start);
    return typeof beginning === "string" ? hostOf(beginning, false) : undefined;
  }
}

type FunctionNode = Extract<
  Node,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;

function parametersOf(node: Node | undefined): readonly Node[] {
  return node !== undefined && isFunction(node) ? node.params : [];
}

function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

/** The function that a name stands for. */
function functionOf(binding: Binding | undefined): Node | undefined {
  const declaration = binding?.declaration;
  if (declaration?.type !== "VariableDeclarator") return declaration;
  return declaration.init === null ? undefined : bare(declaration.init);
}

/** The function that is exported as `run`. */
function exportedRun(module: Module): Node | undefined {
  for (const statement of module.program.body) {
    if (statement.type !== "ExportNamedDeclaration") continue;
    const found = runIn(statement, module);
    if (found !== undefined) return found;
  }
  return undefined;
}

function runIn(
  { declaration, specifiers }: Extract<Node, { type: "ExportNamedDeclaration" }>,
  { scopes }: Module,
): Node | undefined {
  switch (declaration?.type) {
    case "FunctionDeclaration":
      return declaration.id?.name === "run" ? declaration : undefined;
    case "VariableDeclaration": {
      const made = declaration.declarations.find(({ id }) => isNamedRun(id));
      return made?.init === null || made === undefined ? undefined : bare(made.init);
    }
    default: {
      const specifier = specifiers.find(({ exported }) => isNamedRun(exported));
      return specifier && functionOf(scopes.referenceOf.get(specifier.local)?.binding);
    }
  }
}

function isNamedRun(node: Node): boolean {
  return node.type === "Identifier" && node.name === "run";
}
