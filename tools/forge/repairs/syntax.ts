/** A syntax tree of TypeScript, as far as repairs look at it. */
import { parseSync } from "oxc-parser";

/** A node of the tree; what it has beside its position depends on its type. */
export interface SyntaxNode {
  readonly type: string;
  /** In UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Syntax {
  /** Whether the parser takes the code as it is. */
  readonly ok: boolean;
  /** Why not, with the line; nothing when it does. */
  readonly complaint: string | undefined;
  readonly body: readonly SyntaxNode[];
}

/** Parses a module. It is never run. */
export function parseModule(code: string): Syntax {
  const { errors, program } = parseSync("tool.ts", code, { sourceType: "module" });
  const [first] = errors;
  // The frame shows the line and points at the column, which a model reads well.
  const complaint = first && `It cannot be parsed: ${first.codeframe ?? first.message}`;
  return { ok: first === undefined, complaint, body: nodesIn(program.body) };
}

/** The nodes among the values of a field. */
export function nodesIn(value: unknown): readonly SyntaxNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return isNode(value) ? [value] : [];
}

/** The one node in a field, if it is one. */
export function nodeIn(value: unknown): SyntaxNode | undefined {
  return isNode(value) ? value : undefined;
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string" &&
    "start" in value &&
    "end" in value
  );
}

/** The name of an identifier; `undefined` for everything else. */
export function nameOf(value: unknown): string | undefined {
  const node = nodeIn(value);
  return node?.type === "Identifier" && typeof node["name"] === "string" ? node["name"] : undefined;
}

/** The node itself and all below it. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode, void> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of nodesIn(value)) yield* walk(child);
  }
}
