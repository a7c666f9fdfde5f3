/** Puts into a TypeScript program what tells the ways that it goes. */
import type { Node } from "oxc-parser";
import { parseProgram, walk } from "./syntax.ts";
import { isCallOf, isConstant, rulesOf } from "./telling-ways.ts";
import { isQuestion } from "./typescript-decisions.ts";
import { isOfArguments } from "./typescript-mutants.ts";
import { MARK, type PointKind, type WatchedPoint } from "./watched.ts";

const COMPARISONS = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">=", "in", "instanceof"]);
/** What gives back less than it is called on, or something else. */
const CHANGING = new Set([
  ...["slice", "substring", "substr", "replace", "replaceAll", "filter", "normalize"],
  ...["trim", "trimStart", "trimEnd", "splice", "toSpliced", "subarray"],
]);
const REFUSING = new Set(["refine", "superRefine", "check"]);
const CHOOSING = new Set(["min", "max"]);
/** With them a number wraps around. They take whole ones: what lies behind the point goes in any case. */
const OF_BITS = new Set(["&", "|", ">>>", ">>"]);

interface Wrapped {
  readonly kind: PointKind;
  readonly part: Range;
  readonly around: readonly [before: string, behind: string];
  /** The condition, or what is or is not there. */
  readonly tested?: Node;
  /** What comes behind the first part of it. */
  readonly between?: { readonly behind: Range; readonly text: string };
}

type Range = { readonly start: number; readonly end: number };

/** @returns the program with {@link MARK} before it, and its points from `first` on. */
export function watchTypescript(
  source: string,
  {
    file,
    first,
    reporter,
  }: { readonly file: string; readonly first: number; readonly reporter: string },
): { readonly source: string; readonly points: readonly WatchedPoint[] } {
  const program = parseProgram(source);
  const watcher = new Watcher({ source, file, first });
  if (program !== undefined) {
    walk(program, (node, parents) => {
      if (isOfArguments([...parents, node])) return true;
      // It may only refuse.
      if (isCallOf(node, REFUSING)) return false;
      for (const one of [...wrapped(node, reporter), ...lastOf(node, parents, reporter)]) {
        // What is put into a function of its own cannot wait there.
        const isInside = one.between !== undefined && isAwaited(node);
        if (!isInside) watcher.add(one, rulesOf(one, node, parents));
      }
      return true;
    });
  }
  return { source: `${MARK}${applied(source, watcher.edits)}`, points: watcher.points };
}

interface WatchedSource {
  readonly source: string;
  readonly file: string;
  /** Of its first point. */
  readonly first: number;
}

/** Writes down where the program is to tell, each part once. */
class Watcher {
  readonly points: WatchedPoint[] = [];
  readonly edits: Edit[] = [];
  readonly #visited = new Set<string>();

  readonly #program: WatchedSource;

  constructor(program: WatchedSource) {
    this.#program = program;
  }

  add(
    { kind, part, around, between }: Wrapped,
    rules: Pick<WatchedPoint, "ways" | "isNamed">,
  ): void {
    const { start, end } = part;
    const key = `${start} ${end}`;
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    const { source, file, first } = this.#program;
    const { edits } = this;
    const point = first + this.points.length;
    const line = source.slice(0, start).split("\n").length;
    const text = kind === "entry" ? firstLine(source, part) : source.slice(start, end);
    this.points.push({ file, line, kind, text, ...rules });
    const [before, behind] = around;
    edits.push({
      ...{ at: start, text: before.replace("PLACE", String(point)) },
      ...{ length: end - start, isEnd: false },
    });
    edits.push({ at: end, text: behind, length: end - start, isEnd: true });
    if (between === undefined) return;
    // Behind all that ends with the first part, and before what the whole goes on with.
    const length = between.behind.end - between.behind.start + 0.5;
    edits.push({ at: between.behind.end, text: between.text, length, isEnd: true });
  }
}

interface Edit {
  readonly at: number;
  readonly text: string;
  /** Of the part around which it stands. */
  readonly length: number;
  readonly isEnd: boolean;
}

/** What ends at an offset comes before what begins there; the outer of two begins first and ends last. */
function applied(source: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted(
    (a, b) =>
      a.at - b.at ||
      Number(b.isEnd) - Number(a.isEnd) ||
      (a.isEnd ? a.length - b.length : b.length - a.length),
  );
  let [text, at] = ["", 0];
  for (const edit of sorted) {
    text += source.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return text + source.slice(at);
}

function wrapped(node: Node, reporter: string): readonly Wrapped[] {
  const plain = (kind: "condition" | "absence", part: Node): Wrapped => ({
    ...{ kind, part, tested: part },
    around: [`${reporter}.${kind}(PLACE, `, ")"],
  });
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
      return [plain("condition", node.test)];
    case "ForStatement":
      return node.test === null ? [] : [plain("condition", node.test)];
    case "BinaryExpression":
      if (COMPARISONS.has(node.operator)) return [plain("condition", node)];
      if (OF_BITS.has(node.operator)) return [changing(node, node.left, `${reporter}.bits`)];
      return node.operator === "%" ? [changing(node, node.left, `${reporter}.change`)] : [];
    case "LogicalExpression":
      return [plain(node.operator === "??" ? "absence" : "condition", node.left)];
    case "SwitchCase":
      return entries(node.consequent, reporter);
    case "CatchClause":
      return entries(node.body.body, reporter);
    case "CallExpression":
      return isQuestion(node) ? [plain("condition", node)] : calls(node, reporter);
    default:
      return [];
  }
}

/** The last part of a joined condition, which no other part tells; elsewhere it may be the value itself. */
function lastOf(node: Node, parents: readonly Node[], reporter: string): readonly Wrapped[] {
  if (node.type !== "LogicalExpression" || node.operator === "??") return [];
  const { right } = node;
  return isTested(node, parents)
    ? [
        {
          kind: "condition",
          part: right,
          tested: right,
          around: [`${reporter}.condition(PLACE, `, ")"],
        },
      ]
    : [];
}

/** Whether only its truth counts. */
function isTested(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1);
  switch (parent?.type) {
    case "LogicalExpression":
    case "ParenthesizedExpression":
      return isTested(parent, parents.slice(0, -1));
    case "UnaryExpression":
      return parent.operator === "!";
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return parent.test === node;
    default:
      return false;
  }
}

function entries([first]: readonly Node[], reporter: string): readonly Wrapped[] {
  if (first === undefined) return [];
  const part = { start: first.start, end: first.start };
  return [{ kind: "entry", part, around: [`${reporter}.entry(PLACE); `, ""] }];
}

function calls(node: Call, reporter: string): readonly Wrapped[] {
  const { callee } = node;
  if (callee.type !== "MemberExpression" || callee.optional || node.optional) return [];
  const { object, property } = callee;
  if (property.type !== "Identifier" || callee.computed) return [];
  if (object.type === "Identifier" && object.name === "Math") {
    const isSpread = node.arguments.some(({ type }) => type === "SpreadElement");
    const isChoice = CHOOSING.has(property.name) && node.arguments.length > 1 && !isSpread;
    return isChoice ? [choosing(node, callee, reporter)] : [];
  }
  const isChange = CHANGING.has(property.name) || node.arguments.some(isConstant);
  return isChange ? [changing(node, object, `${reporter}.change`)] : [];
}

type Call = Extract<Node, { type: "CallExpression" }>;

/** `Math.min(a, b)` becomes a choice among `[a, b]`. */
function choosing(node: Range, callee: Range, reporter: string): Wrapped {
  return {
    kind: "choice",
    part: node,
    around: [`${reporter}.choice(PLACE, `, ")"],
    between: { behind: callee, text: ", ((...given) => given)" },
  };
}

/** `a.trim()` becomes what is done to `a`: both values are reported. @param by a function of what tells */
function changing(node: Range, first: Range, by: string): Wrapped {
  return {
    kind: "change",
    part: node,
    around: [`${by}(PLACE, `, ")"],
    between: { behind: first, text: ", (org_value) => org_value" },
  };
}

function firstLine(source: string, { start }: Range): string {
  const end = source.indexOf("\n", start);
  return source.slice(start, end < 0 ? undefined : end).trim();
}

function isAwaited(node: Node): boolean {
  let found = false;
  walk(node, (inner) => {
    found ||= inner.type === "AwaitExpression" || inner.type === "YieldExpression";
    return !found;
  });
  return found;
}
