/** Values of a workflow file in which texts may hold `${…}`. */
import { closingBrace } from "./cel-text.ts";
import { evaluate, type Scope } from "./expression.ts";
import { isList } from "./values.ts";
import type { Json } from "./workflow.ts";

/** A piece of a text: as it is written, or to be evaluated. */
export type Piece = { readonly text: string } | { readonly expression: string };

/** `$step.output.path` as a whole text: the short form of a reference. */
const SHORT = /^\$[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\])+$/;

/**
 * Cuts a text into its pieces. `$${` is a `${` that means nothing, as programs of the shell need it.
 *
 * @throws {SyntaxError} when a `${` is never closed.
 */
export function piecesOf(text: string): readonly Piece[] {
  if (SHORT.test(text)) return [{ expression: text }];
  const pieces: Piece[] = [];
  let plain = "";
  for (let here = 0; here < text.length; ) {
    const start = text.indexOf("${", here);
    if (start < 0) {
      plain += text.slice(here);
      break;
    }
    if (text[start - 1] === "$" && start > here) {
      plain += `${text.slice(here, start - 1)}\${`;
      here = start + 2;
      continue;
    }
    const end = closingBrace(text, start + 2);
    if (end === undefined)
      throw new SyntaxError(
        `The \${ is never closed, in ${JSON.stringify(text.slice(start, start + 60))}`,
      );
    plain += text.slice(here, start);
    if (plain !== "") pieces.push({ text: plain });
    pieces.push({ expression: text.slice(start + 2, end) });
    plain = "";
    here = end + 1;
  }
  return plain === "" ? pieces : [...pieces, { text: plain }];
}

/** The expression of `if` and `foreach`, which may be written bare, as `${…}` or as `$step.output`. */
export function bareExpression(text: string): string {
  const pieces = text.includes("${") ? piecesOf(text.trim()) : [];
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined && "expression" in only ? only.expression : text;
}

/**
 * Fills in a template. A text that is one `${…}` gives its value as it is; within a text, values that are no
 * text are written as JSON.
 *
 * @throws {ExpressionError}
 */
export function fillIn(template: Json, scope: Scope): Json {
  if (typeof template === "string") return fillInText(template, scope);
  if (typeof template !== "object" || template === null) return template;
  if (isList(template)) return template.map((inner) => fillIn(inner, scope));
  return Object.fromEntries(
    Object.entries(template).map(([key, inner]) => [key, fillIn(inner, scope)]),
  );
}

function fillInText(template: string, scope: Scope): Json {
  const pieces = piecesOf(template);
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined && "expression" in first) {
    return evaluate(first.expression, scope);
  }
  return pieces
    .map((piece) => ("text" in piece ? piece.text : textOf(evaluate(piece.expression, scope))))
    .join("");
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
