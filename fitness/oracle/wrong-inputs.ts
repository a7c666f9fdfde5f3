/** Inputs that do not fit a schema: a tool must say so, and never break. */

import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { fitting, resolveReference, schemasOf } from "./schema.ts";

const DEEP = 500;

/** An input, and what is wrong with it. */
export interface WrongInput {
  readonly input: unknown;
  readonly what: string;
}

/**
 * Made from an input that fits, one change each; only those that the schema indeed refuses.
 *
 * @param declared the input of a declared case.
 */
export function wrongInputs(schema: JsonSchema, declared: unknown): readonly WrongInput[] {
  const fits = fitting(schema);
  const good = isFields(declared) ? declared : {};
  const properties = schemasOf(schema, "properties");
  const tried = [
    ...[null, [], "text", 42, true].map((input) => ({
      input,
      what: `${JSON.stringify(input)} instead of the arguments`,
    })),
    ...properties.flatMap(([key]) => without(good, key)),
    ...properties.flatMap(([key, value]) => wrongly(good, key, resolveReference(value, schema))),
    {
      input: { ...good, unexpected_property: 1 },
      what: "a property that the schema does not name",
    },
  ];
  const different = new Map(tried.map((wrong) => [JSON.stringify(wrong.input), wrong]));
  return [...different.values()].filter(({ input }) => !fits(input));
}

function without(good: Readonly<Record<string, unknown>>, key: string): WrongInput[] {
  if (!(key in good)) return [];
  const rest = Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));
  return [{ input: rest, what: `no "${key}"` }];
}

function wrongly(
  good: Readonly<Record<string, unknown>>,
  key: string,
  schema: JsonSchema,
): WrongInput[] {
  return oddValues(schema).map(([value, what]) => ({
    // A computed key defines a property, also one that is called "__proto__".
    input: { ...good, [key]: value },
    what: `"${key}" is ${what}`,
  }));
}

function oddValues(schema: JsonSchema): [value: unknown, what: string][] {
  const values: [unknown, string][] = [
    [null, "null"],
    [{ toString: "x", valueOf: 1 }, "an object"],
    [deepList(), `a list ${DEEP} deep`],
    ["12", 'the text "12"'],
    [0.5, "0.5"],
    ["\u0000\u202e", "a text of control characters"],
  ];
  const { maximum, minimum, maxLength } = schema;
  if (typeof maximum === "number") values.push([maximum + 1, "above its maximum"]);
  if (typeof minimum === "number") values.push([minimum - 1, "below its minimum"]);
  if (typeof maxLength === "number") values.push(["x".repeat(maxLength + 1), "too long"]);
  return values;
}

function deepList(): unknown {
  let list: unknown = [];
  for (let depth = 1; depth < DEEP; depth += 1) list = [list];
  return list;
}
