import { type Node, parseSync, Visitor } from "oxc-parser";
import { lineFinder } from "../finding.ts";
import { textsOfCodes } from "../text/coded-texts.ts";
import type { ProgramText } from "../text/program-texts.ts";
import { Constants } from "./constants.ts";
import { resolveScopes } from "./scope.ts";

/**
 * The texts of a TypeScript source in their order, and those that it puts together of them; none where it cannot be
 * parsed.
 */
export function typescriptTexts(source: string): readonly ProgramText[] {
  const found: { at: number; text: string }[] = [];
  const { program } = parseSync("tool.ts", source);
  const constants = new Constants(resolveScopes(program));
  const fold = (node: Node): void => {
    const text = constants.valueOf(node);
    if (typeof text === "string") found.push({ at: node.start, text });
  };
  const visitor = new Visitor({
    Literal: ({ value, start }) => {
      if (typeof value === "string") found.push({ at: start, text: value });
    },
    TemplateElement: ({ value, start }) => {
      found.push({ at: start, text: value.cooked ?? value.raw });
    },
    ArrayExpression: (node) => {
      const codes = constants.valueOf(node);
      if (typeof codes !== "object") return;
      for (const text of textsOfCodes(codes)) found.push({ at: node.start, text });
    },
    CallExpression: fold,
    BinaryExpression: fold,
    TemplateLiteral: (node) => {
      if (node.expressions.length > 0) fold(node);
    },
  });
  visitor.visit(program);
  const lineOf = lineFinder(source);
  return found
    .sort((one, other) => one.at - other.at)
    .map(({ at, text }) => ({ line: lineOf(at), text }));
}
