import type { JsonSchema } from "#tools/contract/spec.ts";
import { resolveReference } from "../../oracle/schema.ts";

/** What a value must have at least, regardless of who makes one: samples of it are made here, by the dozen. */
const MOST_AT_LEAST: ReadonlyMap<string, number> = new Map([
  ["minLength", 2000],
  ["minItems", 200],
  ["minContains", 200],
  ["minProperties", 100],
]);

/** The limits of a schema that no sample could meet. */
export function hugeLimits(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    const most = MOST_AT_LEAST.get(key);
    const isHuge = most !== undefined && typeof value === "number" && value > most;
    return [
      ...(isHuge ? [`asks for ${key} ${value}; ${most} is the most`] : []),
      ...hugeLimits(value),
    ];
  });
}

/** References that lead around in a circle and to no schema: a reader that follows them never comes back. */
export function circles(schema: unknown, root: JsonSchema): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const inner = Object.values(schema).flatMap((value) => circles(value, root));
  // It is an object, and of which kind is what is asked here.
  const start = schema as JsonSchema;
  const visited = new Set<unknown>();
  let current = start;
  while (typeof current["$ref"] === "string" && !visited.has(current)) {
    visited.add(current);
    current = resolveReference(current, root);
  }
  return visited.has(current) ? [`"${start["$ref"]}" leads to itself`, ...inner] : inner;
}
