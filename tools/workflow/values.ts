/** JSON as the expression language sees it, and back. */
import { type Json, MAX_OUTPUT_BYTES } from "./workflow.ts";

/** Of what one expression gives, as JSON: more than a step may keep, for it may still be made less. */
const MAX_CHARACTERS = 2 * MAX_OUTPUT_BYTES;

/**
 * In CEL a whole number is a 64-bit integer, which is a `bigint` there; any other number is a double. What
 * JavaScript cannot hold exactly stays a double, so that no digit is made up.
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

/**
 * @throws {RangeError} for what JSON cannot say, and for more of it than a step may give: in an expression a
 *   list can hold one large value a thousand times, and another list that list.
 */
export function fromCel(value: unknown): Json {
  return new Reader().read(value);
}

class Reader {
  #remainingCharacters = MAX_CHARACTERS;

  read(value: unknown): Json {
    switch (typeof value) {
      case "boolean":
        this.#spend(4);
        return value;
      case "string":
        this.#spend(value.length);
        return value;
      case "bigint":
        this.#spend(1);
        return numberOf(Number(value), isSafe(value));
      case "number":
        this.#spend(1);
        return numberOf(value, Number.isFinite(value));
      default:
        this.#spend(2);
        return this.#readObject(value);
    }
  }

  #readObject(value: unknown): Json {
    if (value === null) return null;
    if (Array.isArray(value)) return value.map((inner) => this.read(inner));
    if (value instanceof Date) return value.toISOString();
    if (typeof value === "object" && isPlain(value)) {
      const entries = Object.entries(value).map(([key, inner]) => {
        this.#spend(key.length);
        return [key, this.read(inner)] as const;
      });
      return Object.fromEntries(entries);
    }
    throw new RangeError(
      "It gives a value that JSON has no word for; convert it with string() or int()",
    );
  }

  #spend(characters: number): void {
    this.#remainingCharacters -= characters;
    if (this.#remainingCharacters < 0) {
      throw new RangeError(`It gives more than ${MAX_CHARACTERS} characters`);
    }
  }
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
