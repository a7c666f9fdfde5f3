import type { Node } from "oxc-parser";
import type { Module } from "./module.ts";
import { bare } from "./syntax.ts";

const FORMATTING: ReadonlySet<string> = new Set(["format", "formatToParts"]);

/** A format of dates that is given no date takes the time, which no name of a global shows. */
export function checkDates(module: Module): void {
  const { scopes } = module;
  const hasFormats = scopes.references.some(
    ({ name, binding }) => name === "Intl" && binding === undefined,
  );
  if (!hasFormats) return;
  for (const node of scopes.nodes) {
    if (node.type === "CallExpression" && formatsNow(node, module)) {
      module.note(node, { capability: "clock", what: "a format of dates without a date" });
    }
  }
}

function formatsNow(
  { callee, arguments: list }: Extract<Node, { type: "CallExpression" }>,
  { constants }: Module,
): boolean {
  const target = bare(callee);
  if (list.length > 0 || target.type !== "MemberExpression") return false;
  return FORMATTING.has(constants.keyOf(target.property, target.computed) ?? "");
}
