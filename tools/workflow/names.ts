/** The names that the expressions of a step may use, and what is wrong with one that is used. */
import { nearestNames } from "#core/nearest.ts";
import type { JsonSchema } from "../contract/spec.ts";
import { ExpressionError, referencesIn } from "./expression.ts";
import type { Reference } from "./references.ts";
import { bareExpression, piecesOf } from "./template.ts";
import type { Json } from "./workflow.ts";

/** Fields of a step. */
const STEP_FIELDS = ["output", "ok", "skipped", "error"];

export interface AvailableNames {
  /** Ids of the steps before this one. */
  readonly earlier: readonly string[];
  /** Ids of this step and those behind it. */
  readonly later: readonly string[];
  readonly inputs: JsonSchema;
  /** `item` and `index`, or `result`, where they mean something. */
  readonly extra: readonly string[];
}

/** A message, and where in a template it belongs, as `.to[0]`. */
export interface Finding {
  readonly at: string;
  readonly message: string;
}

/** What is wrong with the expressions of a template. */
export function findingsInTemplate(
  template: Json,
  names: AvailableNames,
  at = "",
): readonly Finding[] {
  if (typeof template === "string") return findingsInText(template, names, at);
  if (typeof template !== "object" || template === null) return [];
  const isArray = Array.isArray(template);
  return Object.entries(template).flatMap(([key, inner]: [string, Json]) =>
    findingsInTemplate(inner, names, isArray ? `${at}[${key}]` : `${at}.${key}`),
  );
}

function findingsInText(text: string, names: AvailableNames, at: string): readonly Finding[] {
  try {
    return piecesOf(text)
      .flatMap((piece) => ("text" in piece ? [] : messagesFor(piece.expression, names)))
      .map((message) => ({ at, message }));
  } catch (error) {
    if (error instanceof SyntaxError) return [{ at, message: error.message }];
    throw error;
  }
}

/** What is wrong with the expression of an `if` or a `foreach`. */
export function findingsInExpression(text: string, names: AvailableNames): readonly Finding[] {
  try {
    return messagesFor(bareExpression(text), names).map((message) => ({ at: "", message }));
  } catch (error) {
    if (error instanceof SyntaxError) return [{ at: "", message: error.message }];
    throw error;
  }
}

function messagesFor(expression: string, names: AvailableNames): readonly string[] {
  try {
    return referencesIn(expression).flatMap((reference) => messageFor(reference, names) ?? []);
  } catch (error) {
    if (error instanceof ExpressionError) return [error.message];
    throw error;
  }
}

function messageFor({ name, field }: Reference, names: AvailableNames): string | undefined {
  const { earlier, later, inputs, extra } = names;
  if (name === "inputs") return field === undefined ? undefined : unknownInput(field, inputs);
  if (extra.includes(name)) return undefined;
  if (earlier.includes(name)) {
    if (field === undefined || STEP_FIELDS.includes(field)) return undefined;
    return `"${name}.${field}" does not exist; a step has ${STEP_FIELDS.join(", ")}${suggestion(field, STEP_FIELDS)}`;
  }
  if (later.includes(name))
    return `step "${name}" has not been done yet; only earlier steps can be used`;
  if (name === "item" || name === "index") return `"${name}" exists only in a step with foreach`;
  if (name === "result") return `"result" exists only in the output of a step`;
  const available = ["inputs", ...extra, ...earlier];
  return `"${name}" is unknown; there are ${available.join(", ")}${suggestion(name, available)}`;
}

function unknownInput(field: string, inputs: JsonSchema): string | undefined {
  const { properties, additionalProperties } = inputs;
  if (typeof properties !== "object" || properties === null) return undefined;
  // What a schema does not forbid may be given, but then no schema names it: that is a mistyped name.
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined;
  const available = Object.keys(properties);
  if (available.includes(field)) return undefined;
  return `there is no input "${field}"; there are ${available.join(", ") || "none"}${suggestion(field, available)}`;
}

/** The end of a message; empty when nothing is near. */
export function suggestion(name: string, available: readonly string[]): string {
  const near = nearestNames(name, available, 2);
  return near.length === 0 ? "" : `. Did you mean ${near.map((one) => `"${one}"`).join(" or ")}?`;
}
