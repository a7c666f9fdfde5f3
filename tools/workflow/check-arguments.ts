/** Holds a template against the schema of what it is filled in for, as far as it is known beforehand. */
import type { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import { compileSchema } from "../contract/schema-check.ts";
import type { JsonSchema } from "../contract/spec.ts";
import type { Finding } from "./names.ts";
import { piecesOf } from "./template.ts";
import { isList } from "./values.ts";
import type { Json, JsonObject } from "./workflow.ts";

/** What is known of a text with expressions: nothing, or that it will be a text. */
type Dynamic = "value" | "text";

/** A property of a JSON path joined with `/` cannot be mistaken for two. */
type Paths = ReadonlyMap<string, Dynamic>;

/** They speak of what an object or a list holds, not of single values in it. */
const ABOUT_THE_WHOLE: ReadonlySet<string> = new Set([
  "unrecognized_keys",
  "too_big",
  "too_small",
  "invalid_type",
]);

/** What cannot fit, whatever the expressions give. */
export function findingsInArguments(template: JsonObject, schema: JsonSchema): readonly Finding[] {
  const dynamic = new Map(dynamicIn(template, []));
  try {
    const { error } = compileSchema("input", schema).safeParse(template);
    return (error?.issues ?? [])
      .filter((issue) => !dependsOn(issue, dynamic))
      .map(({ path, message }) => ({
        at: path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join(""),
        message: message.replace("received undefined", "but it is missing"),
      }));
  } catch (error) {
    return [{ at: "", message: reasonOf(error) }];
  }
}

function dynamicIn(value: Json, path: readonly string[]): readonly (readonly [string, Dynamic])[] {
  if (typeof value === "string") {
    const kind = kindOf(value);
    return kind === undefined ? [] : [[nameOf(path), kind]];
  }
  if (typeof value !== "object" || value === null) return [];
  const entries = isList(value) ? value.entries() : Object.entries(value);
  return [...entries].flatMap(([key, inner]) => dynamicIn(inner, [...path, String(key)]));
}

function kindOf(text: string): Dynamic | undefined {
  try {
    const pieces = piecesOf(text);
    if (pieces.every((piece) => "text" in piece)) return undefined;
    return pieces.length === 1 ? "value" : "text";
  } catch {
    // A `${` that is never closed was reported already.
    return "value";
  }
}

function dependsOn(issue: z.core.$ZodIssue, dynamic: Paths): boolean {
  const path = issue.path.map(String);
  for (let length = 0; length <= path.length; length += 1) {
    const kind = dynamic.get(nameOf(path.slice(0, length)));
    if (kind === "value") return true;
    // Whatever it will be, it will be a text.
    if (kind === "text") return issue.code !== "invalid_type";
  }
  const below = `${nameOf(path)}/`;
  return (
    !ABOUT_THE_WHOLE.has(issue.code) && [...dynamic.keys()].some((name) => name.startsWith(below))
  );
}

function nameOf(path: readonly string[]): string {
  return ["", ...path.map((key) => key.replaceAll("/", "//"))].join("/");
}
