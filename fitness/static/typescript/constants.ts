/**
 * What an expression is, where that can be told from the source alone: so that a name is found that was put
 * together from pieces ("con" + "structor"). Works on text that we compute ourselves, never on the tool's code.
 */
import type { Node } from "oxc-parser";
import { valueOfConstant } from "./resolve-constant.ts";
import type { Scopes } from "./scope.ts";
import { bare } from "./syntax.ts";

export type Constant = string | number | readonly Constant[];

/** Longer texts are names of nothing; it also bounds the work of folding. */
const MAX_LENGTH = 400;

export class Constants {
  readonly #scopes: Scopes;
  /** Also holds what is being worked on, as unknown: a constant may mention itself. */
  readonly #cache = new Map<Node, Constant | undefined>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** The value of an expression, or `undefined` when it depends on anything but the source. */
  valueOf(expression: Node): Constant | undefined {
    const node = bare(expression);
    if (this.#cache.has(node)) return this.#cache.get(node);
    this.#cache.set(node, undefined);
    const value = this.#fold(node);
    if (value !== undefined && isSmall(value)) this.#cache.set(node, value);
    return this.#cache.get(node);
  }

  /** The name of the property that a member expression or a pattern means. */
  keyOf(key: Node, isComputed: boolean): string | undefined {
    if (!isComputed && (key.type === "Identifier" || key.type === "PrivateIdentifier")) {
      return key.type === "PrivateIdentifier" ? `#${key.name}` : key.name;
    }
    const value = this.valueOf(key);
    if (value === undefined) return undefined;
    // An array as a key is what its elements are, joined.
    return String(value);
  }

  #fold(node: Node): Constant | undefined {
    switch (node.type) {
      case "Literal":
        return typeof node.value === "string" || typeof node.value === "number"
          ? node.value
          : undefined;
      case "TemplateLiteral":
        return this.#template(node);
      case "BinaryExpression":
        return node.operator === "+" ? this.#sum(node.left, node.right) : undefined;
      case "UnaryExpression":
        return node.operator === "-" ? this.#negated(node.argument) : undefined;
      case "ArrayExpression":
        return this.#list(node.elements);
      case "Identifier":
        return this.#binding(node);
      case "CallExpression":
        return this.#call(node);
      default:
        return undefined;
    }
  }

  #template(node: Extract<Node, { type: "TemplateLiteral" }>): string | undefined {
    let text = node.quasis[0]?.value.cooked ?? "";
    for (const [at, expression] of node.expressions.entries()) {
      const value = this.valueOf(expression);
      if (value === undefined) return undefined;
      text += String(value) + (node.quasis[at + 1]?.value.cooked ?? "");
    }
    return text;
  }

  #sum(left: Node, right: Node): Constant | undefined {
    const [one, other] = [this.valueOf(left), this.valueOf(right)];
    if (one === undefined || other === undefined) return undefined;
    if (typeof one === "number" && typeof other === "number") return one + other;
    return String(one) + String(other);
  }

  /** Positions that are counted from the end. */
  #negated(argument: Node): number | undefined {
    const value = this.valueOf(argument);
    return typeof value === "number" ? -value : undefined;
  }

  #list(nodes: readonly (Node | null)[]): readonly Constant[] | undefined {
    const values = nodes.map((node) => (node === null ? undefined : this.valueOf(node)));
    return values.every((value) => value !== undefined) ? values : undefined;
  }

  #binding(node: Node): Constant | undefined {
    const value = valueOfConstant(this.#scopes.referenceOf.get(node)?.binding);
    return value === undefined ? undefined : this.valueOf(value);
  }

  #call({
    callee,
    arguments: list,
  }: Extract<Node, { type: "CallExpression" }>): Constant | undefined {
    const values = this.#list(list);
    const target = bare(callee);
    if (values === undefined) return undefined;
    if (target.type === "Identifier") {
      const isGlobal = this.#scopes.referenceOf.get(target)?.binding === undefined;
      return isGlobal ? decoded(target.name, values) : undefined;
    }
    if (target.type !== "MemberExpression") return undefined;
    const method = this.keyOf(target.property, target.computed);
    const object = bare(target.object);
    if (object.type === "Identifier" && object.name === "String" && method === "fromCharCode") {
      return String.fromCharCode(...values.map(Number));
    }
    const receiver = this.valueOf(object);
    if (receiver === undefined || method === undefined) return undefined;
    return applied(receiver, method, values);
  }
}

function isSmall(value: Constant): boolean {
  if (typeof value === "number") return true;
  if (typeof value === "string") return value.length <= MAX_LENGTH;
  return value.length <= MAX_LENGTH && value.every((one) => typeof one !== "object");
}

function decoded(name: string, [value]: readonly Constant[]): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    if (name === "atob") return atob(value);
    return name === "decodeURIComponent" ? decodeURIComponent(value) : undefined;
  } catch {
    // It throws in the tool as well, and then it is not a name.
    return undefined;
  }
}

/** Methods of texts and lists that people hide names behind; none of them calls back. */
function applied(
  receiver: Constant,
  method: string,
  values: readonly Constant[],
): Constant | undefined {
  const [first, second] = values;
  if (typeof receiver === "number") return undefined;
  if (typeof receiver !== "string") {
    if (method === "reverse") return [...receiver].reverse();
    return method === "join" ? receiver.join(String(first ?? ",")) : undefined;
  }
  switch (method) {
    case "concat":
      return receiver + values.join("");
    case "toLowerCase":
      return receiver.toLowerCase();
    case "toUpperCase":
      return receiver.toUpperCase();
    case "trim":
      return receiver.trim();
    case "split":
      return receiver.split(String(first));
    case "slice":
      return receiver.slice(Number(first), second === undefined ? undefined : Number(second));
    case "substring":
      return receiver.substring(Number(first), second === undefined ? undefined : Number(second));
    case "replace":
    case "replaceAll":
      return second === undefined ? undefined : receiver.split(String(first)).join(String(second));
    default:
      return undefined;
  }
}
