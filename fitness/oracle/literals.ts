/** The texts and numbers that stand in a program, found by its syntax tree. */
import { parseSync, Visitor } from "oxc-parser";
import type { Literal } from "./lookup-table.ts";

/** Those of a TypeScript source; none where it cannot be parsed. */
export function typescriptLiterals(source: string): readonly Literal[] {
  const found = new Set<Literal>();
  const visitor = new Visitor({
    Literal: ({ value }) => {
      if (typeof value === "string" || typeof value === "number") found.add(value);
    },
    TemplateElement: ({ value }) => {
      found.add(value.cooked ?? value.raw);
    },
    // The keys of a table may stand without quotes.
    Property: ({ key, computed }) => {
      if (key.type === "Identifier" && !computed) found.add(key.name);
    },
  });
  visitor.visit(parseSync("tool.ts", source).program);
  return [...found];
}
