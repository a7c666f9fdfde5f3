import { type Node, parseSync, Visitor } from "oxc-parser";
import { lineFinder } from "../finding.ts";
import type { ProgramText } from "../text/program-texts.ts";
import { type Constant, Constants } from "./constants.ts";
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
      const text = ofCodes(constants.valueOf(node));
      if (text !== undefined) found.push({ at: node.start, text });
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

/** As few numbers are no text. */
const LEAST_CODES = 5;

/** A list of codes of letters, whatever makes a text of it. */
function ofCodes(value: Constant | undefined): string | undefined {
  if (typeof value !== "object" || value.length < LEAST_CODES) return;
  const codes = value.filter((one) => typeof one === "number" && one >= 32 && one < 127);
  return codes.length === value.length ? String.fromCharCode(...codes.map(Number)) : undefined;
}
