import { parseSync, Visitor } from "oxc-parser";
import { lineFinder } from "../finding.ts";
import type { ProgramText } from "../text/program-texts.ts";

/** The texts of a TypeScript source in their order; none where it cannot be parsed. */
export function typescriptTexts(source: string): readonly ProgramText[] {
  const found: { at: number; text: string }[] = [];
  const visitor = new Visitor({
    Literal: ({ value, start }) => {
      if (typeof value === "string") found.push({ at: start, text: value });
    },
    TemplateElement: ({ value, start }) => {
      found.push({ at: start, text: value.cooked ?? value.raw });
    },
  });
  visitor.visit(parseSync("tool.ts", source).program);
  const lineOf = lineFinder(source);
  return found
    .sort((one, other) => one.at - other.at)
    .map(({ at, text }) => ({ line: lineOf(at), text }));
}
