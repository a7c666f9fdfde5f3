/** Inputs of declared cases with one value driven to its edge: what random ones may miss is always asked. */

import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { sameJson } from "./compare.ts";
import { fitting, resolveReference, schemasOf } from "./schema.ts";

/** Long enough to show what does not scale, short enough for an honest quadratic algorithm. */
const HUGE_CHARACTERS = 2000;
const LONG_LIST = 200;

// The sharpest first: how many are asked depends on how many properties there are.
const EDGE_STRINGS = [
  "x".repeat(HUGE_CHARACTERS),
  "\ud83d\udc69\u200d\ud83d\udc67 e\u0301 \u00e9 İıß \u202eabc\u200b",
  "",
  "__proto__",
  "a\u0000b\u001b[2J\r\n\t",
  "-1e309",
  "\u{1f600}".repeat(HUGE_CHARACTERS / 4),
  " \u00a0 ",
];

const EDGE_NUMBERS = [
  Number.MAX_SAFE_INTEGER,
  0,
  -1,
  2 ** 31,
  1e21,
  0.1,
  Number.MIN_SAFE_INTEGER,
  5e-324,
  Number.MAX_VALUE,
];

/** At most `count` inputs that fit the schema, each made of a declared one. */
export function edgeInputs(
  schema: JsonSchema,
  declared: unknown,
  count: number,
): readonly unknown[] {
  const fits = fitting(schema);
  const base = isFields(declared) ? declared : {};
  const columns = schemasOf(schema, "properties").map(([key, value]) =>
    edgesOf(resolveReference(value, schema), base[key])
      .map((edge) => ({ ...base, [key]: edge }))
      .filter((input) => fits(input) && !sameJson(input, declared)),
  );
  const rounds = Math.max(0, ...columns.map((column) => column.length));
  // The sharpest edge of every property comes before the second of any.
  const inputs = Array.from({ length: rounds }, (_, round) =>
    columns.flatMap((column) => column.slice(round, round + 1)),
  );
  return inputs.flat().slice(0, count);
}

function edgesOf(schema: JsonSchema, declared: unknown): readonly unknown[] {
  const types = [schema["type"] ?? []].flat();
  const { minimum, maximum, minLength, maxLength } = schema;
  const sizes = [maxLength, minLength].filter((size) => typeof size === "number");
  return [
    ...sizes.map((size) => "y".repeat(Math.min(size, HUGE_CHARACTERS))),
    ...(types.includes("string") ? EDGE_STRINGS : []),
    ...[maximum, minimum].filter((edge) => typeof edge === "number"),
    ...(types.includes("number") || types.includes("integer") ? EDGE_NUMBERS : []),
    ...(Array.isArray(declared) ? edgeLists(declared, schema) : []),
    ...(types.includes("boolean") ? [true, false] : []),
    ...(types.includes("null") ? [null] : []),
  ];
}

function edgeLists(declared: readonly unknown[], { items, maxItems }: JsonSchema): unknown[] {
  const length = Math.min(typeof maxItems === "number" ? maxItems : LONG_LIST, LONG_LIST);
  const [first] = declared;
  const long = Array.from({ length }, (_, index) => declared[index % declared.length]);
  const inner = isFields(items) && first !== undefined ? edgesOf(items, first) : [];
  return [...(first === undefined ? [] : [long]), [], ...inner.slice(0, 4).map((edge) => [edge])];
}
