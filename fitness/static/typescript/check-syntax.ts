import type { Node } from "oxc-parser";
import { suppressionIn } from "../text/suppression.ts";
import type { Module } from "./module.ts";
import { bare } from "./syntax.ts";

const EMITS_CODE =
  "uses syntax that leaves code behind; write a union of texts, a const object, or an enum of plain values";

/** Constructs that no tool needs, whatever they are applied to. */
export function checkSyntax(module: Module): void {
  for (const comment of module.comments) {
    const directive = suppressionIn(comment.value);
    if (directive !== undefined) {
      const message = `switches a check off with "${directive}"; mend what it complains about`;
      module.report(comment.start, message);
    }
  }
  for (const node of module.scopes.nodes) {
    const message = refusal(node, module);
    if (message !== undefined) module.report(node.start, message);
  }
  for (const statement of module.program.body) {
    if (isAmbient(statement)) {
      module.report(
        statement.start,
        "declares what is not there; use what comes with args and ctx",
      );
    }
  }
}

function refusal(node: Node, module: Module): string | undefined {
  switch (node.type) {
    case "ImportExpression":
      return 'reaches for a module with "import()"; a tool imports zod alone, at its top';
    case "MetaProperty":
      return node.meta.name === "import" ? 'reaches "import.meta"' : undefined;
    case "WithStatement":
      return 'uses "with"';
    case "DebuggerStatement":
      return 'leaves a "debugger" behind';
    case "V8IntrinsicExpression":
      return "calls into the engine";
    case "TSEnumDeclaration":
      return isPlainEnum(node) ? undefined : EMITS_CODE;
    case "TSModuleDeclaration":
    case "TSExportAssignment":
    case "TSImportEqualsDeclaration":
      return EMITS_CODE;
    case "Decorator":
      return "uses a decorator; call the function";
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return trapOf(node.key, node.value, { ...module, isComputed: node.computed });
    case "TaggedTemplateExpression":
      return isPlainTag(node.tag, module) ? undefined : "calls something by a template behind it";
    default:
      return undefined;
  }
}

/** A table of names whose values stand there: making it runs nothing of the tool. */
function isPlainEnum({ declare, body }: Extract<Node, { type: "TSEnumDeclaration" }>): boolean {
  const isPlain = ({ id, initializer, computed }: (typeof body.members)[number]): boolean => {
    if (computed || id.type === "TemplateLiteral") return false;
    const value = initializer?.type === "UnaryExpression" ? initializer.argument : initializer;
    return value === null || value.type === "Literal";
  };
  return !declare && body.members.every(isPlain);
}

/** Methods that the language calls by itself when a value is awaited or written down. */
const TRAPS = new Set(["then", "toJSON"]);

function trapOf(
  name: Node,
  value: Node | null,
  { isComputed, constants }: Pick<Module, "constants"> & { readonly isComputed: boolean },
): string | undefined {
  const key = constants.keyOf(name, isComputed);
  const isFunction = value?.type.endsWith("FunctionExpression") === true;
  return isFunction && key !== undefined && TRAPS.has(key)
    ? `gives an object a method "${key}", which changes what others read of it`
    : undefined;
}

/** A function of the module, or `String.raw`. */
function isPlainTag(tag: Node, module: Module): boolean {
  const target = bare(tag);
  const binding = module.scopes.referenceOf.get(target)?.binding;
  if (binding !== undefined) return binding.kind !== "import";
  if (target.type !== "MemberExpression") return false;
  const [object, key] = [
    bare(target.object),
    module.constants.keyOf(target.property, target.computed),
  ];
  return object.type === "Identifier" && object.name === "String" && key === "raw";
}

/** `declare const process`, or a whole `declare global`. */
function isAmbient(node: Node): boolean {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  switch (declaration?.type) {
    case "VariableDeclaration":
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSModuleDeclaration":
    case "TSDeclareFunction":
      return declaration.declare === true;
    default:
      return false;
  }
}
