/** JSON as the expression language sees it, and back. */
import type { Json } from "./workflow.ts";

/**
 * In CEL a whole number is a 64-bit integer, which is a `bigint` there; any other number is a double. What
 * JavaScript cannot hold exactly stays a double, so that nothing is invented.
 *
 * @param value JSON.
 */
export function toCel(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toCel);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toCel(inner)]));
}

/** @throws {RangeError} for what JSON cannot say. */
export function fromCel(value: unknown): Json {
  switch (typeof value) {
    case "boolean":
    case "string":
      return value;
    case "bigint":
      return numberOf(Number(value), BigInt(Number(value)) === value && isSafe(value));
    case "number":
      return numberOf(value, Number.isFinite(value));
    default:
      return fromObject(value);
  }
}

function fromObject(value: unknown): Json {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object" && isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromCel(inner)]));
  }
  throw new RangeError(
    "It gives a value that JSON has no word for; convert it with string() or int()",
  );
}

function numberOf(value: number, fits: boolean): number {
  if (fits) return value;
  throw new RangeError(`It gives the number ${value}, which JSON cannot pass on exactly`);
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** `Array.isArray` does not know readonly arrays. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
