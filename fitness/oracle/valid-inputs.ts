/** Inputs that fit a schema: what an author does not think of when writing an example. */
import fc from "fast-check";
import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { fitting, resolveReference, schemasOf } from "./schema.ts";

/** Where a schema refers to itself, what lies deeper is left out. */
const MAX_DEPTH = 6;
const LONG_CHARACTERS = 200;
const ROUNDS = 4;

const ODD_STRINGS = [
  "",
  "0",
  "NaN",
  "true",
  "null",
  "constructor",
  "toString",
  "../../etc/passwd",
  "%s%n",
  "\u202eright to left\u200b",
];

const ODD_NUMBERS = [0, 1, -1, 2, 0.1, -0.5, 1e-7, 1e21, 5e-324, Number.MAX_VALUE];
const ODD_INTEGERS = [0, 1, -1, 2, 10, 255, 2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER];

/** Different inputs that fit the schema, at most `count`; the same for the same seed. */
export function validInputs(schema: JsonSchema, count: number, seed: number): readonly unknown[] {
  const fits = fitting(schema);
  const made = new Generator(schema).of(schema, 0);
  const found = new Map<string, unknown>();
  // Some fail a rule that the generator does not know, some come twice; as many as needed are made, for one may be large.
  for (let round = 0; round < ROUNDS && found.size < count; round += 1) {
    for (const sample of fc.sample(made, { numRuns: count, seed: seed + round })) {
      const text = JSON.stringify(sample);
      // What is generated may hold what JSON does not: it is judged as it will arrive.
      const arriving: unknown = JSON.parse(text);
      if (!found.has(text) && fits(arriving)) found.set(text, arriving);
    }
  }
  return [...found.values()].slice(0, count);
}

class Generator {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  of(unresolved: JsonSchema, depth: number): fc.Arbitrary<unknown> {
    const schema = resolveReference(unresolved, this.#root);
    if ("const" in schema) return fc.constant(schema["const"]);
    const allowed = schema["enum"];
    if (Array.isArray(allowed) && allowed.length > 0) return fc.constantFrom(...allowed);
    const choices = ["anyOf", "oneOf"].flatMap((keyword) => schemasOf(schema, keyword));
    if (choices.length > 0) {
      return fc.oneof(...choices.map(([, choice]) => this.of(choice, depth + 1)));
    }
    const types = [schema["type"] ?? []].flat();
    if (types.length === 0) return "properties" in schema ? this.#object(schema, depth) : anyJson();
    return fc.oneof(...types.map((type) => this.#typed(String(type), schema, depth)));
  }

  #typed(type: string, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
    switch (type) {
      case "string":
        return strings(schema);
      case "integer":
      case "number":
        return numbers(schema, type === "integer");
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "array":
        return this.#array(schema, depth);
      case "object":
        return this.#object(schema, depth);
      default:
        return anyJson();
    }
  }

  #array(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
    const least = numberAt(schema, "minItems") ?? 0;
    const most = numberAt(schema, "maxItems") ?? Math.max(least, 200);
    const items = schema["items"];
    const first = schemasOf(schema, "prefixItems").map(([, item]) => this.of(item, depth + 1));
    if (first.length > 0) return fc.tuple(...first);
    if (depth > MAX_DEPTH) return fc.constant([]);
    const item = isFields(items) ? this.of(items, depth + 1) : anyJson();
    const list = (minLength: number, maxLength: number) =>
      schema["uniqueItems"] === true
        ? fc.uniqueArray(item, { minLength, maxLength, selector: (value) => JSON.stringify(value) })
        : fc.array(item, { minLength, maxLength });
    // One long list among many short ones: what fails on the empty one is found first.
    const long = Math.min(most, depth === 1 ? 200 : 8);
    return fc.oneof(
      { weight: 3, arbitrary: list(least, Math.max(least, Math.min(most, 4))) },
      { weight: 1, arbitrary: list(Math.max(least, long), Math.max(least, long)) },
    );
  }

  #object(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
    const properties = schemasOf(schema, "properties");
    const named = new Set([schema["required"] ?? []].flat());
    const included = depth > MAX_DEPTH ? properties.filter(([key]) => named.has(key)) : properties;
    const entries = included.map(([key, value]) => {
      const some = this.of(value, depth + 1).map((inner) => [[key, inner]]);
      return named.has(key) ? some : fc.oneof(some, fc.constant([]));
    });
    return fc.tuple(...entries).map((parts) => Object.fromEntries(parts.flat()));
  }
}

function anyJson(): fc.Arbitrary<unknown> {
  return fc.jsonValue({ maxDepth: 2 });
}

function numberAt(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? value : undefined;
}

function strings(schema: JsonSchema): fc.Arbitrary<string> {
  const formatted = ofFormat(schema["format"]);
  if (formatted !== undefined) return formatted;
  const pattern = schema["pattern"];
  if (typeof pattern === "string") return ofPattern(pattern);
  const minLength = numberAt(schema, "minLength") ?? 0;
  const maxLength = numberAt(schema, "maxLength") ?? Math.max(LONG_CHARACTERS, minLength);
  const fitting = ODD_STRINGS.filter(
    (text) => text.length >= minLength && text.length <= maxLength,
  );
  const usual = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 20) });
  return fitting.length === 0 ? usual : fc.oneof(fc.constantFrom(...fitting), usual);
}

function ofFormat(format: unknown): fc.Arbitrary<string> | undefined {
  const day = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
  switch (format) {
    case "date-time":
      return day.map((date) => date.toISOString());
    case "date":
      return day.map((date) => date.toISOString().slice(0, 10));
    case "email":
      return fc.emailAddress();
    case "uri":
      return fc.webUrl();
    case "uuid":
      return fc.uuid();
    case "ipv4":
      return fc.ipV4();
    case "ipv6":
      return fc.ipV6();
    default:
      return;
  }
}

function ofPattern(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, "u"));
  } catch {
    // A pattern that fast-check cannot turn around (it knows no look-behind): most strings will not fit.
    return fc.string();
  }
}

function numbers(schema: JsonSchema, whole: boolean): fc.Arbitrary<number> {
  const step = numberAt(schema, "multipleOf") ?? (whole ? 1 : 1e-9);
  const { least, most } = rangeOf(schema, step);
  const inside = (value: number) => value >= least && value <= most;
  const edges = [least, least + step, most - step, most].filter(Number.isFinite);
  const odd = [...edges, ...(whole ? ODD_INTEGERS : ODD_NUMBERS)].filter(inside);
  const min = Math.ceil(Math.max(least, Math.min(-1000, most - 1000)));
  const max = Math.max(min, Math.floor(Math.min(most, min + 2000)));
  const near = fc.integer({ min, max });
  const usual = step > 1 ? near.map((value) => Math.round(value / step) * step) : near;
  return odd.length === 0 ? usual : fc.oneof(fc.constantFrom(...odd), usual);
}

function rangeOf(schema: JsonSchema, step: number): { least: number; most: number } {
  const above = numberAt(schema, "exclusiveMinimum") ?? Number.NEGATIVE_INFINITY;
  const below = numberAt(schema, "exclusiveMaximum") ?? Number.POSITIVE_INFINITY;
  return {
    least: numberAt(schema, "minimum") ?? above + step,
    most: numberAt(schema, "maximum") ?? below - step,
  };
}
