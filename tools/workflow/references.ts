/** Which names an expression uses that it does not bind itself. */
import type { ASTNode } from "@marcbachmann/cel-js";

export interface Reference {
  readonly name: string;
  /** What is asked of it, as in `name.field`. */
  readonly field?: string | undefined;
  /** Where the name stands in the text of the expression. */
  readonly start: number;
  readonly end: number;
}

/** They bind their first argument for the others: `list.map(item, item.size)`. */
const MACROS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** Deeper than this, loops within loops of one expression could keep the whole program busy. */
const MAX_LOOPS = 3;

interface Walk {
  readonly bound: ReadonlySet<string>;
  readonly loops: number;
}

/** @throws {RangeError} for too many loops within each other, and for a pattern that is not written out. */
export function referencesOf(ast: ASTNode): readonly Reference[] {
  return walk(ast, { bound: new Set(), loops: 0 });
}

function walk(node: ASTNode, at: Walk): readonly Reference[] {
  switch (node.op) {
    case "value":
      return [];
    case "id":
      return named(node, undefined, at);
    case ".":
    case ".?": {
      const [target, field] = node.args;
      return target.op === "id" ? named(target, field, at) : walk(target, at);
    }
    case "call":
      return node.args[1].flatMap((argument) => walk(argument, at));
    case "rcall":
      return called(node.args, at);
    default:
      return nodesIn(node.args).flatMap((inner) => walk(inner, at));
  }
}

function named(
  { args: name, start, end }: { args: string; start: number; end: number },
  field: string | undefined,
  { bound }: Walk,
): readonly Reference[] {
  return bound.has(name) ? [] : [{ name, field, start, end }];
}

function called(
  [method, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  at: Walk,
): readonly Reference[] {
  const [variable, ...rest] = args;
  // A pattern can keep the whole program busy: that of the person, not one that came from elsewhere.
  if (method === "matches" && variable !== undefined && variable.op !== "value") {
    throw new RangeError("The pattern of matches() has to be written out");
  }
  const isBind = method === "bind" && receiver.op === "id" && receiver.args === "cel";
  if (isBind && variable?.op === "id") {
    const [value, body] = rest;
    const inner = { ...at, bound: new Set([...at.bound, variable.args]) };
    return [
      ...(value === undefined ? [] : walk(value, at)),
      ...(body === undefined ? [] : walk(body, inner)),
    ];
  }
  if (!MACROS.has(method) || variable?.op !== "id" || rest.length === 0) {
    return [receiver, ...args].flatMap((inner) => walk(inner, at));
  }
  if (at.loops >= MAX_LOOPS) {
    throw new RangeError(`It has more than ${MAX_LOOPS} loops within each other`);
  }
  const inner = { bound: new Set([...at.bound, variable.args]), loops: at.loops + 1 };
  return [...walk(receiver, at), ...rest.flatMap((body) => walk(body, inner))];
}

/** The nodes below one whose arguments are a node, or lists of nodes in any depth. */
function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}
