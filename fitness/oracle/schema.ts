/** The schemas of a contract, as something that answers yes or no, and as a tree. */
import { isFields } from "#core/json.ts";
import { compileSchema, problemWith } from "#tools/contract/schema-check.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";

/** @returns what tells whether a value fits. */
export function fitting(schema: JsonSchema): (value: unknown) => boolean {
  const compiled = compileSchema("input", schema);
  return (value) => problemWith(value, compiled) === undefined;
}

/** Follows `#/$defs/…`, the only kind of reference that a contract may hold. */
export function resolveReference(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const reference = schema["$ref"];
  if (typeof reference !== "string" || !reference.startsWith("#/")) return schema;
  let found: unknown = root;
  for (const key of reference.slice(2).split("/")) {
    found = (found as JsonSchema | undefined)?.[key.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return (found as JsonSchema | undefined) ?? {};
}

/** The schemas below a keyword that holds several, such as `properties`. */
export function schemasOf(schema: JsonSchema, keyword: string): [string, JsonSchema][] {
  const value = schema[keyword];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, JsonSchema] => isFields(entry[1]));
}
