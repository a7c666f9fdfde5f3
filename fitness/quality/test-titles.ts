/** The tests of a source of either language: their titles as they stand there, and what each consists of. */
import type { Node } from "oxc-parser";
import { oneRow } from "#core/text/one-row.ts";
import { parseProgram, walk } from "./syntax.ts";

type Call = Extract<Node, { type: "CallExpression" }>;

/** Members of `test` and `describe` under which nothing runs, or a failure is what is wanted. */
const NOT_RUN = new Set(["skip", "todo", "skipIf", "if", "todoIf", "failing", "failingIf"]);

const PYTHON_TEXTS = /("""|''')[\s\S]*?\1/g;
const PYTHON_TEST = /^([ \t]*)(?:async[ \t]+)?def[ \t]+(test_?\w*)/;

/** A test, or several of one title. */
export interface FoundTest {
  /** How often it asserts something. */
  readonly assertions: number;
  /** Its statements in TypeScript, its lines in Python, in their order and without white space. */
  readonly parts: readonly string[];
}

type Tests = ReadonlyMap<string, FoundTest>;

/** Tests that run, by their titles; what stands in comments or texts is none. */
export function testsIn(source: string, language: "ts" | "python"): Tests {
  return language === "ts" ? typescriptTests(source) : pythonTests(source);
}

/** What leaves a test before its end, or goes round a part of it. */
const LEAVING = /^(?:return|throw|if|try|process|sys|pytest\.skip|for|while|switch)\b/;

/** @returns a part of a test that is gone, or one that was put in and may go round the others. */
export function lostPart(had: FoundTest, has: FoundTest): string | undefined {
  let at = 0;
  for (const part of has.parts) {
    if (part === had.parts[at]) at += 1;
    else if (LEAVING.test(part)) return part;
  }
  return had.parts[at];
}

function add(found: Map<string, FoundTest>, title: string, test: FoundTest): void {
  const { assertions, parts } = found.get(title) ?? { assertions: 0, parts: [] };
  found.set(title, {
    assertions: assertions + test.assertions,
    parts: [...parts, ...test.parts],
  });
}

function typescriptTests(source: string): Tests {
  const program = parseProgram(source);
  const found = new Map<string, FoundTest>();
  if (program === undefined) return found;
  walk(program, (node) => {
    if (node.type !== "CallExpression") return true;
    const names = calleeOf(node);
    if (names.some((name) => NOT_RUN.has(name))) return false;
    const title = ["test", "it"].includes(names[0] ?? "") ? titleOf(node, source) : undefined;
    if (title !== undefined) {
      add(found, title, { assertions: assertionsIn(node), parts: partsOf(node, source) });
    }
    return true;
  });
  return found;
}

/** `test.each(rows)` as its names, whatever is called in between. */
function calleeOf({ callee }: Call): readonly string[] {
  if (callee.type === "Identifier") return [callee.name];
  if (callee.type === "CallExpression") return calleeOf(callee);
  if (callee.type !== "MemberExpression") return [];
  const { object, property } = callee;
  const of =
    object.type === "Identifier"
      ? [object.name]
      : object.type === "CallExpression"
        ? calleeOf(object)
        : [];
  return property.type === "Identifier" ? [...of, property.name] : of;
}

/** A title that is made of parts counts as it is written. */
function titleOf({ arguments: [title, body] }: Call, source: string): string | undefined {
  if (title === undefined || body === undefined) return undefined;
  if (title.type === "Literal") return typeof title.value === "string" ? title.value : undefined;
  return title.type === "TemplateLiteral"
    ? source.slice(title.start + 1, title.end - 1)
    : undefined;
}

/** What is called with which rows, and the statements of the function that is called. */
function partsOf({ callee, arguments: args }: Call, source: string): readonly string[] {
  const body = args.find(
    (one) => one.type === "ArrowFunctionExpression" || one.type === "FunctionExpression",
  );
  const inner =
    body !== undefined && "body" in body && body.body?.type === "BlockStatement"
      ? body.body.body
      : args.slice(1);
  return [callee, ...inner].map(({ start, end }) => oneRow(source.slice(start, end)));
}

function assertionsIn(test: Call): number {
  let count = 0;
  walk(test, (node) => {
    if (
      node.type === "CallExpression" &&
      ["expect", "assert"].includes(calleeOf(node).at(-1) ?? "")
    )
      count += 1;
    return true;
  });
  return count;
}

function pythonTests(source: string): Tests {
  const lines = source.replace(PYTHON_TEXTS, "''").split("\n");
  const found = new Map<string, FoundTest>();
  for (const [index, line] of lines.entries()) {
    const [, indent = "", title] = PYTHON_TEST.exec(line) ?? [];
    if (title === undefined || isSkipped(lines, index)) continue;
    const body = lines.slice(index + 1);
    const end = body.findIndex((one) => one.trim() !== "" && indentOf(one) <= indent.length);
    const inner = body.slice(0, end < 0 ? body.length : end);
    const parts = inner
      .map((one) => oneRow(one.replace(/(?:^|\s)#.*$/, "")))
      .filter((one) => one !== "");
    add(found, title, { assertions: inner.filter(isAssertion).length, parts });
  }
  return found;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isAssertion(line: string): boolean {
  return /^\s*(?:assert\b|with pytest\.raises\b)/.test(line);
}

/** Whether a decorator in the lines above leaves the test out. */
function isSkipped(lines: readonly string[], index: number): boolean {
  let above = index - 1;
  while (above >= 0 && /^\s*@/.test(lines[above] ?? "")) above -= 1;
  return lines.slice(above + 1, index).some((line) => /\b(?:skip|skipif|xfail)\b/.test(line));
}
