import { isFields } from "#core/json.ts";
import type { JsonSchema } from "./spec.ts";

/**
 * Longest text, in characters, that is compared with a pattern, by how many parts of the pattern may repeat
 * without a bound: with n of them a text of length l can take about l^n / n! steps, and these are 100 million
 * or less. What repeats within a repetition the engine itself gives up after a second (Bun 1.4.5).
 *
 * Patterns are written by models, and are tried on the host, where nothing can stop them.
 */
const LONGEST_TEXTS = [10_000_000, 10_000_000, 14_000, 840, 220, 100];
const LONGEST_OF_MANY = 60;

/** Values in a schema that are not schemas. */
const DATA = new Set(["const", "default", "enum", "examples"]);

/**
 * The same schema with a greatest length instead of every pattern: whatever fits it may be compared
 * with the patterns.
 */
export function withoutPatterns(schema: JsonSchema): JsonSchema {
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, DATA.has(key) ? value : copyOf(value)]),
  );
  const { pattern, ...rest } = copy;
  if (typeof pattern !== "string") return copy;
  const { maxLength } = rest;
  const longest = LONGEST_TEXTS[countRepeats(pattern)] ?? LONGEST_OF_MANY;
  const named = typeof maxLength === "number" ? maxLength : longest;
  return { ...rest, maxLength: Math.min(longest, named) };
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return isFields(value) ? withoutPatterns(value) : value;
}

/** How many parts of a pattern repeat without a bound. */
function countRepeats(pattern: string): number {
  // An escaped character and a class of characters count as one character, whatever they hold.
  const plain = pattern.replace(/\\./gs, "a").replace(/\[[^\]]*\]/g, "a");
  return plain.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
}
