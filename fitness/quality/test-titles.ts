/** The tests of a source of either language: their titles as they stand there, and how much each asserts. */
import type { Node } from "oxc-parser";
import { parseProgram, walk } from "./syntax.ts";

type Call = Extract<Node, { type: "CallExpression" }>;

/** Members of `test` and `describe` under which nothing runs, or a failure is what is wanted. */
const NOT_RUN = new Set(["skip", "todo", "skipIf", "if", "todoIf", "failing", "failingIf"]);

const PYTHON_TEXTS = /("""|''')[\s\S]*?\1/g;
const PYTHON_TEST = /^([ \t]*)(?:async[ \t]+)?def[ \t]+(test_?\w*)/;

/** Tests that run, by their titles, with the number of their assertions; what stands in comments or texts is none. */
export function testsIn(source: string, language: "ts" | "python"): ReadonlyMap<string, number> {
  return language === "ts" ? typescriptTests(source) : pythonTests(source);
}

function typescriptTests(source: string): ReadonlyMap<string, number> {
  const program = parseProgram(source);
  const found = new Map<string, number>();
  if (program === undefined) return found;
  walk(program, (node) => {
    if (node.type !== "CallExpression") return true;
    const names = calleeOf(node);
    if (names.some((name) => NOT_RUN.has(name))) return false;
    const title = ["test", "it"].includes(names[0] ?? "") ? titleOf(node, source) : undefined;
    if (title !== undefined) found.set(title, (found.get(title) ?? 0) + assertionsIn(node));
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

function pythonTests(source: string): ReadonlyMap<string, number> {
  const lines = source.replace(PYTHON_TEXTS, "''").split("\n");
  const found = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const [, indent = "", title] = PYTHON_TEST.exec(line) ?? [];
    if (title === undefined || isSkipped(lines, index)) continue;
    const body = lines.slice(index + 1);
    const end = body.findIndex((one) => one.trim() !== "" && indentOf(one) <= indent.length);
    const asserted = body.slice(0, end < 0 ? body.length : end).filter(isAssertion).length;
    found.set(title, (found.get(title) ?? 0) + asserted);
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
