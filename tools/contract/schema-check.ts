/** Checks values against the JSON schemas of a contract. */
import { z } from "zod";
import { withoutPatterns } from "./short-patterns.ts";
import type { JsonSchema } from "./spec.ts";

/** A schema of a contract, ready to check with. */
export type CheckedSchema = z.ZodType;

/** By the schema itself: a contract is asked for each of its cases, and what zod compiles costs more than a check. */
const compiled = new WeakMap<JsonSchema, CheckedSchema>();

/** @throws {Error} for a schema that says what we cannot check. */
export function compileSchema(name: "input" | "output", schema: JsonSchema): CheckedSchema {
  const cached = compiled.get(schema);
  if (cached !== undefined) return cached;
  try {
    // One after the other: a schema of zod compares with a pattern also what it found too long.
    const made = z.fromJSONSchema(withoutPatterns(schema)).pipe(z.fromJSONSchema(schema));
    compiled.set(schema, made);
    return made;
  } catch (error) {
    throw new Error(`"${name}" is not a JSON schema that can be checked: ${String(error)}`, {
      cause: error,
    });
  }
}

/** What is wrong with a value, in one line. */
export function problemWith(value: unknown, schema: CheckedSchema): string | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? "" : `${path.join(".")}: `}${message}`,
  );
  return issues.slice(0, 5).join("; ");
}
