/** Which ways through a TypeScript program a case has to show. */
import type { Node } from "oxc-parser";
import { walk } from "./syntax.ts";
import type { PointKind, WatchedPoint } from "./watched.ts";

/** What changes letters without a visible difference. */
const INVISIBLE = new Set(["normalize", "trim", "trimStart", "trimEnd"]);
const TABLES = new Set(["get"]);
const ORDERING = new Set(["sort", "toSorted"]);

/** @param node what chooses or changes, or what holds the condition. */
export function rulesOf(
  { kind, tested }: { readonly kind: PointKind; readonly tested?: Node },
  node: Node,
  parents: readonly Node[],
): Pick<WatchedPoint, "ways" | "isNamed"> {
  switch (kind) {
    case "condition":
      return ofCondition(tested ?? node, parents);
    case "absence":
      return {
        ways: isLookUp(bare(tested ?? node)) ? ["absent", "present"] : ["absent"],
        isNamed: false,
      };
    case "entry":
      return { ways: ["reached"], isNamed: false };
    case "change":
      return { ways: isInvisible(node) ? [] : ["changed"], isNamed: false };
    default:
      return { ways: constantsOf(node), isNamed: false };
  }
}

/** What composes or takes marks apart keeps each letter; what makes compatible ones equal does not. */
function isInvisible(node: Node): boolean {
  if (node.type !== "CallExpression" || !isCallOf(node, INVISIBLE)) return false;
  const [form] = node.arguments;
  return form === undefined || (form.type === "Literal" && /^NF[CD]$/.test(String(form.value)));
}

function ofCondition(node: Node, parents: readonly Node[]): Pick<WatchedPoint, "ways" | "isNamed"> {
  const test = bare(node);
  const isOfOrder = parents.some((one) => isCallOf(one, ORDERING));
  const sides = test.type === "BinaryExpression" ? [bare(test.left), bare(test.right)] : [];
  const isPresence = sides.some(isNothing) || sides.some(isTypeof);
  // What is empty or not, first or not: said of what an input holds, and not of a sum of it.
  const isUsual = sides.some(isSmall) && sides.some(isPlain);
  const ways = isOfOrder || isPresence || isUsual || isJoined(test) ? [] : ["true", "false"];
  const isQuestion = test.type === "CallExpression";
  const isNamed = ways.length > 0 && (sides.some(isNaming) || (isQuestion && asksFor(test)));
  return { ways, isNamed };
}

/** Whether it calls a method of one of these names. */
export function isCallOf(node: Node, names: ReadonlySet<string>): boolean {
  return (
    node.type === "CallExpression" &&
    node.callee.type === "MemberExpression" &&
    node.callee.property.type === "Identifier" &&
    names.has(node.callee.property.name)
  );
}

function asksFor({ callee, arguments: args }: Extract<Node, { type: "CallExpression" }>): boolean {
  return args.some(isNaming) || (callee.type === "MemberExpression" && isNaming(callee.object));
}

/** Without what only stands around it. */
function bare(node: Node): Node {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSNonNullExpression":
      return bare(node.expression);
    case "UnaryExpression":
      return node.operator === "!" ? bare(node.argument) : node;
    default:
      return node;
  }
}

/** Whether it is an entry of a table. */
function isLookUp(node: Node): boolean {
  return (node.type === "MemberExpression" && node.computed) || isCallOf(node, TABLES);
}

/** Its parts tell by themselves. */
function isJoined({ type }: Node): boolean {
  return type === "LogicalExpression";
}

function isNothing(node: Node): boolean {
  if (node.type === "Identifier") return node.name === "undefined";
  return node.type === "Literal" && node.value === null && !("regex" in node);
}

function isTypeof(node: Node): boolean {
  return node.type === "UnaryExpression" && node.operator === "typeof";
}

function isSmall(node: Node): boolean {
  if (node.type === "UnaryExpression") return node.operator === "-" && isSmall(node.argument);
  if (node.type !== "Literal") return false;
  const { value } = node;
  return typeof value === "boolean" || value === "" || value === 0 || value === 1;
}

function isPlain(node: Node): boolean {
  switch (node.type) {
    case "Identifier":
      return true;
    case "ChainExpression":
      return isPlain(node.expression);
    case "MemberExpression":
      return isPlain(node.object);
    default:
      return false;
  }
}

/** A value that stands in the program, and is more than nothing or one. */
function isNaming(node: Node): boolean {
  const inner = bare(node);
  if (inner.type === "Identifier") return /^[A-Z][A-Z\d_]+$/.test(inner.name);
  if (inner.type === "CallExpression" || inner.type === "TemplateLiteral") return !isOfInput(inner);
  if (inner.type !== "Literal") return false;
  return "regex" in inner || (["string", "number"].includes(typeof inner.value) && !isSmall(inner));
}

/** Whether a name stands in it that is neither a constant nor one of the language. */
function isOfInput(node: Node): boolean {
  let found = false;
  walk(node, (inner, parents) => {
    const parent = parents.at(-1);
    const isKey = parent?.type === "MemberExpression" && parent.property === inner;
    found ||= inner.type === "Identifier" && !isKey && !/^[A-Z]/.test(inner.name);
    return !found;
  });
  return found;
}

/** The numbers of the arguments that are values of the program: where one is taken, the others count for nothing. */
function constantsOf(node: Node): readonly string[] {
  if (node.type !== "CallExpression") return [];
  return node.arguments.flatMap((one, index) => (isConstant(one) ? [`number ${index + 1}`] : []));
}

/** Whether it is a number of the program, or made of such numbers alone. */
export function isConstant(node: Node): boolean {
  const inner = bare(node);
  switch (inner.type) {
    case "Literal":
      return ["number", "bigint"].includes(typeof inner.value) && !isSmall(inner);
    case "CallExpression":
      return inner.arguments.length > 0 && inner.arguments.every(isConstant);
    case "UnaryExpression":
      return isConstant(inner.argument);
    case "Identifier":
      return /^[A-Z][A-Z\d_]+$/.test(inner.name);
    case "BinaryExpression":
      return isConstant(inner.left) && isConstant(inner.right);
    default:
      return false;
  }
}
