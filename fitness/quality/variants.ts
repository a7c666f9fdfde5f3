/** Programs in place of a tool's own: some its tests must refuse, one that they must not tell apart. */
import type { Node } from "oxc-parser";
import type { ToolCase } from "#tools/contract/cases.ts";
import { bodyOfRun, parseProgram, replaced, walk } from "./syntax.ts";

export interface Variant {
  /** What its `run` does, for the maker of the tests. */
  readonly what: string;
  readonly source: string;
}

/** The results that a tool which does nothing could always give. */
export function constantResults(cases: readonly ToolCase[]): readonly string[] {
  const outputs = cases.flatMap((toolCase) =>
    "error" in toolCase ? [] : [JSON.stringify(toolCase.output)],
  );
  const [first] = outputs;
  // Where all cases have the same result, the constant is the tool.
  const isTelling = first !== undefined && new Set(outputs).size > 1;
  return isTelling ? ["null", first] : ["null"];
}

/** The tool with a `run` that does nothing; without that function there are none. */
export function typescriptStubs(source: string, cases: readonly ToolCase[]): readonly Variant[] {
  const program = parseProgram(source);
  const body = program === undefined ? undefined : bodyOfRun(program);
  if (body === undefined) return [];
  const instead = (statement: string) => replaced(source, body, `{ ${statement} }`);
  return [
    { what: "always throws", source: instead('throw new Error("stub");') },
    ...constantResults(cases).map((result) => ({
      what: `always returns ${result.slice(0, 80)}`,
      source: instead(`return ${result} as never;`),
    })),
  ];
}

/** The same program in other words: with a comment, and one local name changed where that is safe. */
export function typescriptTwin(source: string): string {
  const program = parseProgram(source);
  const name = program === undefined ? undefined : renamable(program);
  const renamed =
    program === undefined || name === undefined ? source : rename(source, program, name);
  return `// The same program.\n${renamed}\n`;
}

interface Named {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly isLocal: boolean;
  /** It is more than a variable, or also something else: a key, a member, an import. */
  readonly isMore: boolean;
}

function renamable(program: Node): string | undefined {
  const names = namesOf(program);
  return names.find(
    (one) =>
      one.isLocal &&
      names.every((other) => other.name !== one.name || !other.isMore) &&
      names.filter((other) => other.name === one.name && other.isLocal).length === 1 &&
      !names.some((other) => other.name === `${one.name}Renamed`),
  )?.name;
}

function rename(source: string, program: Node, name: string): string {
  const occurrences = namesOf(program).filter((one) => one.name === name);
  // From the end: what lies before an occurrence keeps its offset.
  return occurrences
    .sort((a, b) => b.start - a.start)
    .reduce(
      (text, { start }) => replaced(text, { start, end: start + name.length }, `${name}Renamed`),
      source,
    );
}

function namesOf(program: Node): readonly Named[] {
  const names: Named[] = [];
  walk(program, (node, parents) => {
    if (node.type === "Identifier") {
      const parent = parents.at(-1);
      const isDeclared = parent?.type === "VariableDeclarator" && parent.id === node;
      const isLocal = isDeclared && parents.some(({ type }) => type === "BlockStatement");
      names.push({
        name: node.name,
        start: node.start,
        end: node.end,
        isLocal,
        isMore: isMore(node, parent),
      });
    }
    return true;
  });
  return names;
}

function isMore(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case "Property":
      return parent.shorthand || (parent.key === node && !parent.computed);
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "LabeledStatement":
    case "MethodDefinition":
    case "PropertyDefinition":
      return true;
    default:
      return false;
  }
}
