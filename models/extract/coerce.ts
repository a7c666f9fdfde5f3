import { isFields } from "#core/json.ts";
import { Untyped } from "./dialect.ts";
import { exactJsonOrUndefined, exactNumber } from "./readers/exact-json.ts";
import { parseLenientJson } from "./readers/lenient-json.ts";
import { define, LiteralReader } from "./readers/literal.ts";

type Schema = Readonly<Record<string, unknown>>;

/** How deep schemas are followed; recursive ones would never end. */
const SCHEMA_DEPTH = 16;

/**
 * Gives values the types that the schema asks for, where that loses nothing: text that holds a number
 * becomes one, text where text is wanted stays as it is (`"42"` stays `"42"`). What does not fit is
 * left alone, so that validation can say so.
 *
 * @param schema JSON Schema of the arguments object.
 */
export function coerceArguments(
  args: Readonly<Record<string, unknown>>,
  schema: Schema,
): Record<string, unknown> {
  return coerceObject(args, schema, SCHEMA_DEPTH);
}

function coerceObject(
  args: Readonly<Record<string, unknown>>,
  schema: Schema | undefined,
  depth: number,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const properties = schemaAt(schema, "properties") ?? {};
  const others = schemaAt(schema, "additionalProperties") ?? undescribed(properties, depth);
  for (const [key, value] of Object.entries(args)) {
    const property = Object.hasOwn(properties, key) ? schemaAt(properties, key) : others;
    define(object, key, coerce(value, property, depth - 1));
  }
  return object;
}

/** Inside a value whose members are not described they may be anything; an unknown argument is text. */
function undescribed(properties: Schema, depth: number): Schema | undefined {
  return depth < SCHEMA_DEPTH && Object.keys(properties).length === 0 ? {} : undefined;
}

function schemaAt(schema: Schema | undefined, key: string): Schema | undefined {
  const found = schema?.[key];
  return isFields(found) ? found : undefined;
}

function coerce(value: unknown, schema: Schema | undefined, depth: number): unknown {
  const bounded = depth > 0 ? schema : undefined;
  if (value instanceof Untyped) return wrap(fromText(value.text, bounded, depth), bounded, depth);
  if (Array.isArray(value)) {
    const items = schemaAt(bounded, "items") ?? {};
    return value.map((item) => coerce(item, items, depth - 1));
  }
  if (isFields(value)) return coerceObject(value, bounded, depth);
  const types = typesOf(bounded, depth);
  const isMistyped = typeof value === "string" && types.size > 0 && !types.has("string");
  return wrap(isMistyped ? fromText(value, bounded, depth) : value, bounded, depth);
}

/** One value where a list is wanted is a list of one. */
function wrap(value: unknown, schema: Schema | undefined, depth: number): unknown {
  const types = typesOf(schema, depth);
  if (types.size !== 1 || !types.has("array") || Array.isArray(value)) return value;
  const items = typesOf(schemaAt(schema, "items"), depth);
  const fits = items.has(typeof value) || (Number.isInteger(value) && items.has("integer"));
  return fits ? [value] : value;
}

/**
 * Reads bare text as the most special type that the schema allows: null, boolean, integer, number,
 * array, object, text. Without any schema it stays text.
 */
function fromText(text: string, schema: Schema | undefined, depth: number): unknown {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === "null") return null;
  if (schema === undefined) return text;
  const types = typesOf(schema, depth);
  for (const [type, read] of READERS) {
    if (types.size > 0 && !types.has(type)) continue;
    const value = read(trimmed);
    if (value !== undefined) {
      return typeof value === "object" ? coerce(value, schema, depth - 1) : value;
    }
  }
  return trimmed === "None" && !types.has("string") ? null : text;
}

/** What text may be, the most special type first. */
const READERS: readonly (readonly [type: string, read: (text: string) => unknown])[] = [
  ["boolean", booleanFrom],
  ["integer", integerFrom],
  ["number", numberFrom],
  ["array", (text) => containerFrom(text, "[(")],
  ["object", (text) => containerFrom(text, "{")],
];

function booleanFrom(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === "true") return true;
  return lower === "false" ? false : undefined;
}

function integerFrom(text: string): number | undefined {
  const value = /^[-+]?\d+(?:\.0+)?$/.test(text) ? Number(text) : undefined;
  // Beyond 2^53 digits would be lost: better text that validation refuses than another number.
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function numberFrom(text: string): number | undefined {
  const value = /^[-+]?(?:\d|\.\d)[\d.eE+-]*$/.test(text) ? Number(text) : Number.NaN;
  // An integer that would lose digits stays text.
  return Number.isFinite(value) && exactNumber(value, text) === value ? value : undefined;
}

function containerFrom(text: string, brackets: string): unknown {
  if (text === "" || !brackets.includes(text.charAt(0))) return undefined;
  if (text.startsWith("(")) return new LiteralReader(text, 0, { python: true }).value();
  return exactJsonOrUndefined(text) ?? unescaped(text) ?? parseLenientJson(text)?.value;
}

/** JSON inside of tags, escaped as if it stood in a string. */
function unescaped(text: string): unknown {
  return text.includes('\\"') ? exactJsonOrUndefined(text.replace(/\\(["\\])/g, "$1")) : undefined;
}

/** The JSON types that a schema allows; empty when it does not say. */
function typesOf(schema: Schema | undefined, depth: number): ReadonlySet<string> {
  if (schema === undefined || depth <= 0) return new Set();
  const declared = [schema["type"]].flat().filter((type) => typeof type === "string");
  const options = ["anyOf", "oneOf", "allOf"]
    .flatMap((key) => schema[key])
    .filter(isFields)
    .flatMap((option) => [...typesOf(option, depth - 1)]);
  const types = new Set([...declared, ...options]);
  if (types.size > 0 || !Array.isArray(schema["enum"])) return types;
  return new Set(schema["enum"].map((value) => typeof value));
}
