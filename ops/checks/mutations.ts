/** Small mistakes in our own programs, made on the syntax tree: `mutants.ts` asks which of them the tests notice. */
import type { Node } from "oxc-parser";
import { oneRow } from "#core/text/one-row.ts";
import { parseProgram, replaced, walk } from "#fitness/quality/syntax.ts";

interface Part {
  readonly start: number;
  readonly end: number;
}

export interface Mutation extends Part {
  /** From 1. */
  readonly line: number;
  /** What is written there, and what instead; shortened. */
  readonly told: string;
  /** What replaces the part of the source. */
  readonly by: string;
}

interface Change {
  readonly part: Part;
  readonly by: string;
  /** The displayed text. @default the part */
  readonly within?: Part;
}

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===" },
  ...{ "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "&&": "||", "||": "&&" },
};

/**
 * Every mutation that it knows of a source, from top to bottom.
 *
 * Left out, as no behaviour or none that a test could tell depends on it: types, imports, calls of a log with what they
 * are told, what a plain `Error` says (a bug of ours, which is not there), the last digit of a time to wait, and that of
 * the place of a command among the others, which leave room; another spelling of the same value, and what is never returned.
 */
export function mutationsOf(source: string): readonly Mutation[] {
  const program = parseProgram(source);
  if (program === undefined) return [];
  const found: Mutation[] = [];
  walk(program, (node, parents) => {
    if (isLeftOut(node)) return false;
    for (const change of changesOf(node, parents, source)) found.push(mutation(change, source));
    return true;
  });
  return found;
}

/** The source with the mistake. */
export function mutated(source: string, { start, end, by }: Mutation): string {
  return replaced(source, { start, end }, by);
}

function mutation({ part, by, within = part }: Change, source: string): Mutation {
  const { start, end } = part;
  const before = source.slice(within.start, within.end);
  const after = source.slice(within.start, start) + by + source.slice(end, within.end);
  const line = source.slice(0, start).split("\n").length;
  return { start, end, by, line, told: `${shown(before)} → ${shown(after) || "nothing"}` };
}

function shown(text: string): string {
  const line = oneRow(text);
  return line.length <= 70 ? line : `${line.slice(0, 45)} … ${line.slice(-22)}`;
}

/** A call such as `log.info(…)` or `this.#log.error(…)`. */
const LOG = /(?:^|[.#])log(?:ger)?$/i;

function isLeftOut(node: Node): boolean {
  switch (node.type) {
    case "ImportDeclaration":
    case "ImportExpression":
    case "ExportAllDeclaration":
      return true;
    case "ExportNamedDeclaration":
      return node.source !== null;
    case "NewExpression":
      return nameOf(node.callee) === "Error";
    case "CallExpression":
      return node.callee.type === "MemberExpression" && LOG.test(nameOf(node.callee.object));
    default:
      return false;
  }
}

function nameOf(node: Node): string {
  switch (node.type) {
    case "Identifier":
    case "PrivateIdentifier":
      return node.name;
    case "MemberExpression":
      return nameOf(node.property);
    default:
      return "";
  }
}

function changesOf(node: Node, parents: readonly Node[], source: string): readonly Change[] {
  const text = ({ start, end }: Part) => source.slice(start, end);
  switch (node.type) {
    case "IfStatement":
    case "WhileStatement":
    case "ConditionalExpression":
      return [{ part: node.test, by: `!(${text(node.test)})` }];
    case "BinaryExpression":
    case "LogicalExpression":
      return operator(node, text);
    case "UnaryExpression":
      return node.operator === "!" ? [{ part: node, by: text(node.argument) }] : [];
    case "ExpressionStatement":
      return isCall(node.expression) ? [{ part: node, by: ";" }] : [];
    case "ReturnStatement":
      return node.argument === null || isUnreachable(node.argument)
        ? []
        : values(node.argument, [...parents], text);
    case "ArrowFunctionExpression":
      return node.expression ? values(node.body, [...parents, node], text) : [];
    case "ArrayExpression":
      return dropped(node.elements.filter((element) => element !== null));
    case "ObjectExpression":
      return dropped(node.properties);
    default:
      return literals(node, parents);
  }
}

function operator(
  node: Extract<Node, { type: "BinaryExpression" | "LogicalExpression" }>,
  text: (part: Part) => string,
): readonly Change[] {
  const by = OPERATORS[node.operator];
  const between = { start: node.left.end, end: node.right.start };
  const at = between.start + text(between).indexOf(node.operator);
  const part = { start: at, end: at + node.operator.length };
  return by === undefined ? [] : [{ part, by, within: node }];
}

function isCall(node: Node): boolean {
  return (
    node.type === "CallExpression" || (node.type === "AwaitExpression" && isCall(node.argument))
  );
}

/** What stands where a `switch` has a case for everything. */
function isUnreachable(node: Node): boolean {
  return node.type === "CallExpression" && nameOf(node.callee) === "unreachable";
}

const VALUES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bboolean\b/, ["true", "false"]],
  [/\bnumber\b(?!\[)/, ["0"]],
  [/\bstring\b(?!\[)/, ['""']],
  [/\bundefined\b/, ["undefined"]],
  [/\[\]/, ["[]"]],
];
const COMPARED = /^(?:===|!==|<=?|>=?|in|instanceof)$/;

/** What is written otherwise, and is the same value. */
const SAME_AS: Readonly<Record<string, string>> = { "EXIT.done": "0" };

/** Another value of the type that is written at the function; without one, of what is compared. */
function values(
  returned: Node,
  parents: readonly Node[],
  text: (part: Part) => string,
): readonly Change[] {
  const owner = parents.findLast((node) => "returnType" in node);
  const type = owner !== undefined && "returnType" in owner ? owner.returnType : null;
  const isCompared = returned.type === "BinaryExpression" && COMPARED.test(returned.operator);
  const typeText = type ? text(type) : isCompared ? "boolean" : "";
  return VALUES.filter(([pattern]) => pattern.test(typeText))
    .flatMap(([, texts]) => texts)
    .filter((by) => by !== (SAME_AS[text(returned)] ?? text(returned)))
    .map((by) => ({ part: returned, by }));
}

/** Each of a list left out. */
function dropped(items: readonly Part[]): readonly Change[] {
  return items.map((item, index) => {
    const [previous, next] = [items[index - 1], items[index + 1]];
    const start = next === undefined && previous !== undefined ? previous.end : item.start;
    return { part: { start, end: next?.start ?? item.end }, by: "" };
  });
}

const UNTOLD =
  /^(?:helpOrder|ms)$|(?:Ms|_MS|Seconds|_SECONDS|Minutes|_MINUTES|Hours|_HOURS|Days|_DAYS)$/;

function literals(node: Node, parents: readonly Node[]): readonly Change[] {
  if (node.type === "TemplateLiteral") return [{ part: node, by: '""' }];
  if (node.type !== "Literal") return [];
  const parent = parents.at(-1);
  const isKey = parent?.type === "Property" && parent.key === node && !parent.computed;
  if (isKey) return [];
  const { value } = node;
  if (typeof value === "string") return value === "" ? [] : [{ part: node, by: '""' }];
  if (typeof value === "boolean") return [{ part: node, by: String(!value) }];
  if (typeof value !== "number" || isUntold(parents)) return [];
  return [value + 1, value - 1].map((other) => ({ part: node, by: `(${other})` }));
}

/** Whether a number is given to a name that tells a unit of time, or is the place of a command. */
function isUntold(parents: readonly Node[]): boolean {
  return parents.slice(-3).some((node) => {
    if (node.type === "VariableDeclarator") return UNTOLD.test(nameOf(node.id));
    if (node.type === "AssignmentPattern") return UNTOLD.test(nameOf(node.left));
    return node.type === "Property" && UNTOLD.test(nameOf(node.key));
  });
}
