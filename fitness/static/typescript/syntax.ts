/** Syntax trees of TypeScript sources, as oxc-parser gives them (ESTree with TypeScript's nodes). */
import { type Comment, type Node, type Program, parseSync, visitorKeys } from "oxc-parser";

/**
 * Deepest nesting that is looked into. The parser's own recursion ends the whole process at some thousand
 * levels (measured on oxc-parser 0.156: 10,000 parentheses), so that sources of unknown depth are first
 * parsed in the sandbox, see `inside/depth-probe.ts`.
 */
export const MAX_SYNTAX_DEPTH = 200;

interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
}

export interface Syntax {
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly faults: readonly SyntaxFault[];
}

/** Parses one module. What is not TypeScript gives faults and a tree that cannot be relied on. */
export function parseModule(file: string, source: string): Syntax {
  const { program, comments, errors } = parseSync(file, source, {
    lang: "ts",
    sourceType: "module",
    preserveParens: false,
    showSemanticErrors: true,
  });
  const faults = errors.map(({ message, labels }) => ({ offset: labels[0]?.start ?? 0, message }));
  return { program, comments, faults };
}

/** The nodes directly below a node, in the order of the source. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = Reflect.get(node, key);
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) children.push(child);
    }
  }
  return children;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Whether a node is only read by the type checker: nothing of it is left when the program runs. */
export function isErased(node: Node): boolean {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "TSInstantiationExpression":
    case "TSParameterProperty":
    case "TSEnumDeclaration":
    case "TSEnumBody":
    case "TSEnumMember":
    case "TSModuleDeclaration":
    case "TSModuleBlock":
    case "TSExportAssignment":
    case "TSImportEqualsDeclaration":
      return false;
    case "ImportDeclaration":
      return node.importKind === "type";
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return node.exportKind === "type";
    case "ImportSpecifier":
      return node.importKind === "type";
    case "ExportSpecifier":
      return node.exportKind === "type";
    case "VariableDeclaration":
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return node.declare === true;
    default:
      return node.type.startsWith("TS");
  }
}

/** The expression without what only the type checker reads: `(x as T)!` is `x`. */
export function bare(node: Node): Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "ParenthesizedExpression":
      case "ChainExpression":
        inner = inner.expression;
        break;
      default:
        return inner;
    }
  }
}

/** Levels below the root; counted without recursion. */
export function depthOf(root: Node): number {
  let level: readonly Node[] = [root];
  let depth = 0;
  while (level.length > 0) {
    depth += 1;
    level = level.flatMap(childrenOf);
  }
  return depth;
}
