/** Makes TypeScript programs with one bound wider, or without one thing that takes something away. */
import type { Node } from "oxc-parser";
import { LEAST_BOUND, MORE_DIGITS, type Relaxed, WIDER } from "./relaxed.ts";
import { parseProgram, replaced, walk } from "./syntax.ts";
import { isOfArguments } from "./typescript-mutants.ts";

/** Numbers wrap around, or lose their low bits. */
const WRAPPING = new Set(["%", "&", "|", ">>>", ">>", "<<"]);
const DIVIDING = new Set(["%", "&"]);
const ROUNDING = new Set(["toPrecision", "toExponential"]);
/** They hold less than a number. */
const NARROW = new Set([
  ...["Uint8Array", "Int8Array", "Uint8ClampedArray", "Uint16Array", "Int16Array"],
  ...["Uint32Array", "Int32Array", "Float32Array"],
]);
/** Where a number is not a bound. */
const OF_NUMBERS = new Set(["Math", "Number", "Date", "String", "BigInt", "Intl"]);
/** What rounds to the nearest is meant to, and few cases have more digits. */
const LOSING = new Set(["fround", "trunc", "floor", "ceil"]);
const REPETITION = /(?<!\\)\{(\d+),(\d+)\}/g;
/** It keeps the other white space away from what is done to blanks. */
const BLANKS = /(?<!\\)(?:\[ \]|(?<!\[) )(?=[*+])/g;
const TRUNCATED_TO_BITS = new Set(["asUintN", "asIntN"]);

/** @returns from top to bottom, each part of the program once for each way to relax it. */
export function typescriptRelaxed(source: string): readonly Relaxed[] {
  const program = parseProgram(source);
  if (program === undefined) return [];
  const found = new Map<string, Relaxed>();
  walk(program, (node, parents) => {
    if (isOfArguments([...parents, node])) return true;
    const text = (part: Node): string => source.slice(part.start, part.end);
    for (const { part, by } of wider(node, text)) {
      const line = source.slice(0, part.start).split("\n").length;
      const relaxed = replaced(source, part, by);
      if (!found.has(relaxed)) found.set(relaxed, { line, text: text(node), source: relaxed });
    }
    return true;
  });
  return [...found.values()];
}

interface Edit {
  readonly part: Node;
  readonly by: string;
}

type Text = (part: Node) => string;

function wider(node: Node, text: Text): readonly Edit[] {
  switch (node.type) {
    case "Literal":
      return "regex" in node ? patterns(node) : [];
    case "BinaryExpression": {
      if (!isWrapping(node)) return [];
      return within(node, node.left, text);
    }
    case "MemberExpression":
      return firstOfParts(node, text);
    case "NewExpression":
      return [...narrow(node.callee), ...bounds(node, text), ...keyed(node, text)];
    case "CallExpression":
      return calls(node, text);
    default:
      return [];
  }
}

/** Without it, and without what it is around as well. */
function within(part: Node, inner: Node, text: Text): readonly Edit[] {
  return [inner, wrappedIn(inner)].map((retained) => ({ part, by: `(${text(retained)})` }));
}

/** What several such operations in each other begin with. */
function wrappedIn(node: Node): Node {
  if (node.type === "ParenthesizedExpression") return wrappedIn(node.expression);
  return node.type === "BinaryExpression" && isWrapping(node) ? wrappedIn(node.left) : node;
}

function isWrapping({ operator, right }: Extract<Node, { type: "BinaryExpression" }>): boolean {
  if (!(WRAPPING.has(operator) && isNumber(right))) return false;
  // What is odd or even, or one of a few, is not a bound.
  return !DIVIDING.has(operator) || numberOf(right) >= LEAST_BOUND;
}

function patterns(node: Extract<Node, { type: "Literal" }>): readonly Edit[] {
  const written = node.raw ?? "";
  const longer = written.replace(REPETITION, (whole, least: string, most: string) =>
    Number(most) < LEAST_BOUND ? whole : `{${least},}`,
  );
  return [longer, written.replace(BLANKS, "\\s")]
    .filter((by) => by !== written)
    .map((by) => ({ part: node, by }));
}

/** Of `text.split(",")[0]` the text. */
function firstOfParts(
  node: Extract<Node, { type: "MemberExpression" }>,
  text: Text,
): readonly Edit[] {
  const { object } = node;
  if (!(node.computed && isNumber(node.property)) || object.type !== "CallExpression") return [];
  const { callee } = object;
  const isSplit = callee.type === "MemberExpression" && nameOf(callee.property) === "split";
  return isSplit ? [{ part: node, by: `(${text(callee.object)})` }] : [];
}

type Call = Extract<Node, { type: "CallExpression" }>;

function calls(node: Call, text: Text): readonly Edit[] {
  const { callee, arguments: args } = node;
  if (callee.type !== "MemberExpression") return bounds(node, text);
  const { object, property } = callee;
  const [name, of] = [nameOf(property), nameOf(object)];
  const [first] = args;
  if (NARROW.has(of)) return narrow(object);
  if (of === "Math" && LOSING.has(name) && first) return within(node, first, text);
  if (of === "BigInt" && TRUNCATED_TO_BITS.has(name) && args[1]) return within(node, args[1], text);
  if (OF_NUMBERS.has(of)) return [];
  if (name === "replace" && first?.type === "Literal" && typeof first.value === "string") {
    return [{ part: property, by: "replaceAll" }];
  }
  // How many parts a text may have.
  if (name === "split" && args[1] !== undefined && isNumber(args[1])) {
    return [{ part: args[1], by: "undefined" }];
  }
  if (ROUNDING.has(name)) {
    return first !== undefined && isNumber(first)
      ? [{ part: first, by: `${Number(text(first)) + MORE_DIGITS}` }]
      : [];
  }
  return bounds(node, text);
}

function bounds({ arguments: args }: Pick<Call, "arguments">, text: Text): readonly Edit[] {
  return args
    .flatMap((one) => addends(one))
    .filter(isBound)
    .map((one) => ({ part: one, by: `(${text(one)} * ${WIDER})` }));
}

/** Of `at + 2500` both. */
function addends(node: Node): readonly Node[] {
  return node.type === "BinaryExpression" && node.operator === "+"
    ? [...addends(node.left), ...addends(node.right)]
    : [node];
}

/** Of what falls together under one key, all of it. */
function keyed(node: Extract<Node, { type: "NewExpression" }>, text: Text): readonly Edit[] {
  const [first] = node.arguments;
  if (first === undefined) return [];
  const all = `[...(${text(first)})]`;
  switch (nameOf(node.callee)) {
    case "Map":
      return [{ part: node, by: `new Map(${all}.map((one, at) => [at, one[1]]))` }];
    case "Set":
      return [{ part: node, by: all }];
    default:
      return [];
  }
}

function narrow(node: Node): readonly Edit[] {
  return NARROW.has(nameOf(node)) ? [{ part: node, by: "Float64Array" }] : [];
}

function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : "";
}

/** The last so many are bounded, too. */
function isBound(node: Node): boolean {
  if (node.type === "UnaryExpression") return node.operator === "-" && isBound(node.argument);
  return isNumber(node) && numberOf(node) >= LEAST_BOUND;
}

function isNumber(node: Node): boolean {
  return node.type === "Literal" && typeof node.value === "number";
}

function numberOf(node: Node): number {
  return node.type === "Literal" && typeof node.value === "number" ? node.value : 0;
}
