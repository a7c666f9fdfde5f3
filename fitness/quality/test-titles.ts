/** The tests of a source of either language: their titles as they stand there, and how much each asserts. */
import type { Node } from "oxc-parser";
import { parseProgram, walk } from "./syntax.ts";

type Call = Extract<Node, { type: "CallExpression" }>;

/** Members of `test` and `describe` under which nothing runs, or a failure is what is wanted. */
const NOT_RUN = new Set(["skip", "todo", "skipIf", "if", "todoIf", "failing", "failingIf"]);

const PYTHON_TEXTS = /("""|''')[^]*?\1/g;
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
  const of = object.type === "Identifier" ? [object.name] : object.type === "CallExpression" ? calleeOf(object) : [];
  return property.type === "Identifier" ? [...of, property.name] : of;
}

/** A title that is made of parts counts as it is written. */
function titleOf({ arguments: [title, body] }: Call, source: string): string | undefined {
  if (title === undefined || body === undefined) return undefined;
  if (title.type === "Literal") return typeof title.value === "string" ? title.value : undefined;
  return title.type === "TemplateLiteral" ? source.slice(title.start + 1, title.end - 1) : undefined;
}

function assertionsIn(test: Call): number {
  let count = 0;
  walk(test, (node) => {
    if (node.type === "CallExpression" && ["expect", "assert"].includes(calleeOf(node).at(-1) ?? "")) count += 1;
    return true;
  });
  return count;
}

function pythonTests(source: string): ReadonlyMap<string, number> {
  const lines = source.replace(PYTHON_TEXTS, "''").split("\n");
  const found = new Map<string, number>();
  let open: { readonly title: string; readonly indent: number } | undefined;
  let isSkipped = false;
  for (const line of lines) {
    const [, indent = "", title] = PYTHON_TEST.exec(line) ?? [];
    if (/^\s*@.*\b(?:skip|skipif|xfail)\b/.test(line)) isSkipped = true;
    else if (title !== undefined) {
      open = isSkipped ? undefined : { title, indent: indent.length };
      isSkipped = false;
      if (open !== undefined) found.set(title, found.get(title) ?? 0);
    } else if (open !== undefined && line.trim() !== "" && /^[ \t]*/.exec(line)?.[0].length === open.indent) {
      if (!line.trim().startsWith("@")) open = undefined;
    } else if (open !== undefined && /^\s*(?:assert\b|with pytest\.raises\b)/.test(line)) {
      found.set(open.title, (found.get(open.title) ?? 0) + 1);
    }
  }
  return found;
}
