/** Small mistakes for TypeScript programs, made on the syntax tree. */
import type { Node } from "oxc-parser";
import type { Mutant } from "./mutant.ts";
import { parseProgram, replaced, walk } from "./syntax.ts";
import { isTableEntry } from "./table-entries.ts";

/** What replaces a part of the program. */
interface Change {
  readonly by: string;
  readonly isDoubtful?: boolean;
  /** The part that is replaced. @default the node that was visited */
  readonly part?: { readonly start: number; readonly end: number };
}

const BINARY: Readonly<Record<string, readonly string[]>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": ["<<"],
};

const LOGICAL: Readonly<Record<string, string>> = { "&&": "||", "||": "&&", "??": "&&" };

// A map: a method may be called `toString`, which every object has.
const METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    toUpperCase: "toLowerCase",
    toLowerCase: "toUpperCase",
    some: "every",
    every: "some",
    startsWith: "endsWith",
    endsWith: "startsWith",
    min: "max",
    max: "min",
    floor: "ceil",
    ceil: "floor",
    push: "unshift",
    unshift: "push",
    indexOf: "lastIndexOf",
    padStart: "padEnd",
    padEnd: "padStart",
  }),
);

/** Methods that give back what they are called on, changed: leaving the call out is a mistake that fits. */
const OMITTED = new Set(["trim", "reverse", "toReversed", "sort", "toSorted", "filter", "slice"]);

const ASSIGNMENTS: Readonly<Record<string, string>> = {
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
};

/** Every mutant that it knows of a program, from top to bottom. */
export function typescriptMutants(source: string): readonly Mutant[] {
  const program = parseProgram(source);
  if (program === undefined) return [];
  const mutants: Mutant[] = [];
  walk(program, (node, parents) => {
    if (isUnseen(node, parents)) return false;
    if (isOfArguments([...parents, node])) return true;
    const isEntry = isTableEntry(node, parents);
    for (const change of changesOf(node, parents, source)) {
      const isDoubtful = isEntry || change.isDoubtful === true;
      mutants.push(mutantOf(node, { ...change, isDoubtful }, source));
    }
    return true;
  });
  return mutants;
}

const FUNCTIONS = new Set(["ArrowFunctionExpression", "FunctionExpression"]);

/**
 * Whether a node is a part of the schema of the arguments, which is checked before. A function in it is none: a
 * `transform` decides what `run` is given. A local variable called `input` is not that schema either.
 */
export function isOfArguments(path: readonly Node[]): boolean {
  const at = path.findIndex(
    (node, index) =>
      node.type === "VariableDeclarator" &&
      node.id.type === "Identifier" &&
      node.id.name === "input" &&
      path[index - 2]?.type === "ExportNamedDeclaration",
  );
  return at >= 0 && !path.slice(at).some(({ type }) => FUNCTIONS.has(type));
}

/** Parts that no declared case can see: texts of errors are for people, and so is what a schema says of its refusal. */
function isUnseen(node: Node, parents: readonly Node[]): boolean {
  if (isErrorText(node, parents.at(-1)) || isLogText(node, parents.at(-1))) return true;
  switch (node.type) {
    case "ImportDeclaration":
      return true;
    case "Property":
      return isOfArguments(parents) && ["message", "error"].includes(nameOf(node.key));
    default:
      return false;
  }
}

function isLog(node: Node): boolean {
  return node.type === "CallExpression" && nameOf(node.callee) === "ctx.log";
}

function nameOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || node.computed) return "";
  return `${nameOf(node.object)}.${nameOf(node.property)}`;
}

function changesOf(node: Node, parents: readonly Node[], source: string): readonly Change[] {
  const text = (part: Node) => source.slice(part.start, part.end);
  switch (node.type) {
    case "IfStatement":
      return ["true", "false"].map((by) => ({ by, part: node.test }));
    case "WhileStatement":
      return [{ by: "false", part: node.test }];
    case "ConditionalExpression":
      return [{ by: `!(${text(node.test)})`, part: node.test }];
    case "ReturnStatement":
      return node.argument === null ? [] : [{ by: "return null as never;" }];
    case "ExpressionStatement":
      // No one has to notice that a log is gone; what is computed inside one is not left out.
      return isLog(node.expression) ? [] : [{ by: ";" }];
    case "Literal":
    case "TemplateLiteral":
      return literals(node, parents.at(-1));
    default:
      return changesOfExpression(node, text);
  }
}

function changesOfExpression(node: Node, text: (part: Node) => string): readonly Change[] {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return operators(node, text);
    case "UnaryExpression":
      return ["!", "-"].includes(node.operator) ? [{ by: text(node.argument) }] : [];
    case "UpdateExpression":
      return [{ by: text(node).replace(/\+\+|--/, (sign) => (sign === "++" ? "--" : "++")) }];
    case "AssignmentExpression": {
      const other = ASSIGNMENTS[node.operator];
      return other === undefined ? [] : [{ by: `${text(node.left)} ${other} ${text(node.right)}` }];
    }
    case "ArrayExpression":
      return node.elements.length === 0 ? [] : [{ by: "[]" }];
    case "CallExpression":
      return calls(node, text);
    case "MemberExpression": {
      const by = text(node).replace("?.", node.computed ? "" : ".");
      return node.optional ? [{ by, isDoubtful: true }] : [];
    }
    default:
      return [];
  }
}

function operators(
  node: Extract<Node, { type: "BinaryExpression" | "LogicalExpression" }>,
  text: (part: Node) => string,
): readonly Change[] {
  const others =
    node.type === "LogicalExpression" ? [LOGICAL[node.operator]] : (BINARY[node.operator] ?? []);
  return others
    .filter((other) => other !== undefined)
    .map((other) => ({
      // In brackets: an operator that binds less tightly would change more than is reported.
      by: `(${text(node.left)} ${other} ${text(node.right)})`,
      // What a default stands in for is often never missing.
      isDoubtful: node.operator === "??",
    }));
}

function literals(
  node: Extract<Node, { type: "Literal" | "TemplateLiteral" }>,
  parent: Node | undefined,
): readonly Change[] {
  const isKey = parent?.type === "Property" && parent.key === node && !parent.computed;
  if (isKey) return [];
  if (node.type === "TemplateLiteral") return [{ by: '""' }];
  if (typeof node.value === "number") return [{ by: `(${node.value + 1})` }];
  if (typeof node.value === "boolean") return [{ by: String(!node.value) }];
  if (typeof node.value === "string") return [{ by: node.value === "" ? '"mutated"' : '""' }];
  return [];
}

/** What is logged, where it is a text or a name and nothing is computed. */
function isLogText(node: Node, parent: Node | undefined): boolean {
  return isPlainPart(node) && parent !== undefined && isLog(parent);
}

function isPlainPart(node: Node): boolean {
  switch (node.type) {
    case "Literal":
    case "Identifier":
      return true;
    case "MemberExpression":
      return !node.computed && isPlainPart(node.object);
    case "TemplateLiteral":
      return node.expressions.every(isPlainPart);
    case "BinaryExpression":
      return node.operator === "+" && isPlainPart(node.left) && isPlainPart(node.right);
    default:
      return false;
  }
}

/** A message of an error: the first argument of `new …Error(…)`. */
function isErrorText(node: Node, parent: Node | undefined): boolean {
  return (
    parent?.type === "NewExpression" &&
    parent.arguments[0] === node &&
    /(?:Error|Failure|Exception)$/.test(nameOf(parent.callee))
  );
}

function calls(
  node: Extract<Node, { type: "CallExpression" }>,
  text: (part: Node) => string,
): readonly Change[] {
  const { callee } = node;
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return [];
  const { name } = callee.property;
  const other = METHODS.get(name);
  if (other !== undefined) return [{ by: other, part: callee.property }];
  return OMITTED.has(name) ? [{ by: text(callee.object), isDoubtful: name === "slice" }] : [];
}

function mutantOf(
  node: Node,
  { by, isDoubtful = false, part = node }: Change,
  source: string,
): Mutant {
  const before = source.slice(part.start, part.end);
  return {
    line: source.slice(0, part.start).split("\n").length,
    change: `${excerpt(before)} → ${by === ";" ? "nothing" : excerpt(by)}`,
    source: replaced(source, part, by),
    isDoubtful,
  };
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 60 ? line : `${line.slice(0, 40)} … ${line.slice(-15)}`;
}
