import { nameOf, nodeIn, nodesIn, parseModule, type SyntaxNode, walk } from "./syntax.ts";

/** A name, and the statement that brings it. */
export type NamedImport = readonly [name: string, statement: string];

/** Adds those imports whose names a module uses and nowhere binds. */
export function withCompletedImports(code: string, imports: readonly NamedImport[]): string {
  const { ok, body } = parseModule(code);
  if (!ok) return code;
  const nodes = body.flatMap((node) => [...walk(node)]);
  const bound = new Set(nodes.flatMap(boundNames));
  const used = new Set(nodes.flatMap((node) => usedNames(node)));
  const missing = imports.filter(([name]) => used.has(name) && !bound.has(name));
  if (missing.length === 0) return code;
  return `${missing.map(([, statement]) => statement).join("\n")}\n${code}`;
}

/** Every name that is declared anywhere: where one is shadowed, nothing is certain, and nothing is added. */
function boundNames(node: SyntaxNode): readonly string[] {
  const names = [node["local"], node["id"]].map(nameOf).filter((name) => name !== undefined);
  const parameters = nodesIn(node["params"]).flatMap((one) => nameOf(one) ?? []);
  return [...names, ...parameters];
}

/** Names that stand where only a binding can: the object of a member, or what is called. */
function usedNames(node: SyntaxNode): readonly string[] {
  const property = USES[node.type];
  const used = property === undefined ? undefined : nodeIn(node[property]);
  const name = nameOf(used);
  return name === undefined ? [] : [name];
}

const USES: Readonly<Record<string, string | undefined>> = {
  MemberExpression: "object",
  CallExpression: "callee",
};
