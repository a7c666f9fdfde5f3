/** Where a TypeScript program decides: each condition forced to be true, and forced to be false. */
import type { Node } from "oxc-parser";
import type { Decision } from "./decision.ts";
import { parseProgram, replaced, walk } from "./syntax.ts";
import { isOfArguments } from "./typescript-mutants.ts";

const COMPARISONS = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">=", "in", "instanceof"]);
/** Methods that say yes or no. */
const QUESTIONS = new Set([
  ...["includes", "has", "test", "startsWith", "endsWith", "some", "every", "is", "hasOwn"],
]);
const LOOPS = new Set<Node["type"]>(["ForStatement", "WhileStatement", "DoWhileStatement"]);
/** No value is the same as it. */
const NO_CASE = "(Symbol() as never)";

/** Every decision of a program twice, from top to bottom; those of loops and of the schema of its arguments are none. */
export function typescriptDecisions(source: string): readonly Decision[] {
  const program = parseProgram(source);
  if (program === undefined) return [];
  const found = new Map<string, Decision>();
  walk(program, (node, parents) => {
    if (isOfArguments([...parents, node])) return true;
    for (const { part, by, to } of forced(node, parents)) {
      const text = source.slice(part.start, part.end);
      const line = source.slice(0, part.start).split("\n").length;
      found.set(`${part.start} ${part.end} ${to}`, {
        ...{ line, text, to, place: `${part.start} ${part.end}` },
        source: replaced(source, part, by),
        probe: node.type === "SwitchCase" ? undefined : replaced(source, part, probe(text, to)),
      });
    }
    return true;
  });
  return [...found.values()];
}

function probe(condition: string, to: boolean): string {
  const fail = '(() => { throw new Error("never seen"); })()';
  return `((${condition}) ? ${to ? "true" : fail} : ${to ? fail : "false"})`;
}

interface Forced {
  readonly part: Node;
  readonly by: string;
  readonly to: boolean;
}

function forced(node: Node, parents: readonly Node[]): readonly Forced[] {
  const both = (part: Node): readonly Forced[] =>
    [true, false].map((to) => ({ part, by: String(to), to }));
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
      return both(node.test);
    case "SwitchCase":
      return node.test === null ? [] : [{ part: node.test, by: NO_CASE, to: false }];
    case "BinaryExpression":
      return COMPARISONS.has(node.operator) && !isOfLoop(node, parents) ? both(node) : [];
    case "CallExpression":
      return isQuestion(node) && !isOfLoop(node, parents) ? both(node) : [];
    default:
      return [];
  }
}

/** Whether it calls a function whose result is a boolean. */
export function isQuestion({ callee }: Extract<Node, { type: "CallExpression" }>): boolean {
  return (
    callee.type === "MemberExpression" &&
    callee.property.type === "Identifier" &&
    QUESTIONS.has(callee.property.name)
  );
}

/** Whether it says how long a loop goes on: forced, the loop would never end. */
function isOfLoop(node: Node, parents: readonly Node[]): boolean {
  const path = [...parents, node];
  return path.some((one, index) => {
    const below = path[index + 1];
    return LOOPS.has(one.type) && below !== undefined && Reflect.get(one, "test") === below;
  });
}
