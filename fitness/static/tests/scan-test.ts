import type { Node } from "oxc-parser";
import { FileFindings, type Finding } from "../finding.ts";
import { suppressionIn } from "../text/suppression.ts";
import { unknownGlobal } from "../typescript/globals.ts";
import { globalBehind, type Module } from "../typescript/module.ts";
import { openModule } from "../typescript/scan-tool.ts";
import { checkAssertions } from "./check-assertions.ts";
import { checkTestImports } from "./check-test-imports.ts";
import { pathOf } from "./test-names.ts";

/** Ways to the machine, and to a test run that ends early or looks away. Abuse may look odd otherwise. */
const FORBIDDEN_GLOBALS: ReadonlySet<string> = new Set(
  "process Bun require eval Function fetch Worker WebSocket module exports ShadowRealm WebAssembly".split(
    " ",
  ),
);

/** Modifiers of `test` and `describe` that leave tests out. */
const LEAVING_OUT: ReadonlySet<string> = new Set(
  "only skip todo failing if skipIf todoIf failingIf onlyIf".split(" "),
);
const SKIPPING_NAMES: ReadonlySet<string> = new Set("xit xtest xdescribe fit fdescribe".split(" "));

/**
 * Reads the tests of a tool and says what keeps them from being tests; nothing of them runs.
 *
 * @param helpers names of the modules beside `tool.ts`.
 */
export function scanTests(
  file: string,
  source: string,
  helpers: ReadonlySet<string> = new Set(),
): readonly Finding[] {
  const found = new FileFindings(file, source);
  const module = openModule(file, source, { found, uses: [] });
  if (module === undefined) return found.all;
  for (const { value, start } of module.comments) {
    const directive = suppressionIn(value);
    // A test that passes wrong arguments on purpose has to tell the type checker so.
    if (directive === undefined || directive === "@ts-expect-error") continue;
    module.report(start, `switches a check off with "${directive}"`);
  }
  checkTestImports(module, helpers);
  checkNames(module);
  for (const node of module.scopes.nodes) checkNode(node, module);
  checkAssertions(module);
  return found.all;
}

function checkNames(module: Module): void {
  for (const reference of module.scopes.references) {
    const name = globalBehind(reference, module.scopes);
    if (name === undefined || reference.binding !== undefined) continue;
    if (FORBIDDEN_GLOBALS.has(name)) module.report(reference.node.start, unknownGlobal(name));
    if (SKIPPING_NAMES.has(name))
      module.report(reference.node.start, `leaves tests out by ${name}`);
  }
}

function checkNode(node: Node, module: Module): void {
  switch (node.type) {
    case "ImportExpression":
      module.report(node.start, 'reaches for a module with "import()"');
      return;
    case "MetaProperty":
      if (node.meta.name === "import") module.report(node.start, 'reaches "import.meta"');
      return;
    case "MemberExpression":
      checkMember(node, module);
      return;
    default:
      return;
  }
}

function checkMember(node: Extract<Node, { type: "MemberExpression" }>, module: Module): void {
  const key = module.constants.keyOf(node.property, node.computed);
  const path = pathOf(node, module);
  if (path?.[0] !== "bun:test") return;
  const [, name = "", member = ""] = path;
  const message =
    name === "globalThis" ? refusedGlobal(key) : key && refusedMember({ name, member, key });
  if (message) module.report(node.start, message);
}

function refusedGlobal(key: string | undefined): string | undefined {
  if (key === undefined) return "picks a global by a computed name";
  return FORBIDDEN_GLOBALS.has(key) ? unknownGlobal(key) : undefined;
}

interface Picked {
  /** Of bun:test. */
  readonly name: string;
  /** The first member of it, which may be `key` itself. */
  readonly member: string;
  readonly key: string;
}

function refusedMember({ name, member, key }: Picked): string | undefined {
  switch (name) {
    case "test":
    case "it":
    case "describe":
      return LEAVING_OUT.has(key) ? `leaves tests out by ${name}.${key}` : undefined;
    case "expect":
      if (key.endsWith("Snapshot")) {
        return "compares with a snapshot, which the tool itself wrote; expect a value";
      }
      return member === "extend" ? 'changes what "expect" means' : undefined;
    case "mock":
    case "jest":
    case "vi":
      return key === "module" || key === "mock"
        ? "replaces a module; test the tool as it is"
        : undefined;
    default:
      return undefined;
  }
}
