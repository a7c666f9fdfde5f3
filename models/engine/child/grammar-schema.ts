/** Tools' schemas as the grammar of the library understands them. */
import { type Fields, fieldsOf, isFields } from "../../json.ts";

/** A repetition is written out in the grammar: above this the grammar costs more than it keeps out. */
const MOST_REPEATED = 200;
/** Any value that is neither a list nor an object. */
const ANY_SCALAR: Fields = { type: ["string", "number", "boolean", "null"] };

/**
 * What the grammar holds a model to. `pattern`, and `minimum` and `maximum` far from each other, are lost: whoever runs
 * a call checks its arguments against the whole schema, as for every other model.
 *
 * The library requires every property. One that may be left out may be null here, and {@link withoutNulls} leaves it out.
 *
 * @param schema JSON Schema, draft 2020-12.
 * @see https://node-llama-cpp.withcat.ai/guide/grammar#json-schema
 */
export function grammarSchema(schema: unknown): Fields {
  if (!isFields(schema)) return ANY_SCALAR;
  const definitions = schema["$defs"];
  const made = kindOf(schema);
  if (!isFields(definitions)) return made;
  return { ...made, $defs: eachValue(definitions, grammarSchema) };
}

function kindOf(schema: Fields): Fields {
  const { $ref, enum: values, type, description } = schema;
  const told = typeof description === "string" ? { description } : {};
  if (typeof $ref === "string") {
    return $ref.startsWith("#/$defs/") ? { $ref, ...told } : { ...ANY_SCALAR, ...told };
  }
  const choices = schema["oneOf"] ?? schema["anyOf"];
  if (Array.isArray(choices)) return { oneOf: choices.map(grammarSchema), ...told };
  if ("const" in schema) return { const: schema["const"], ...told };
  if (Array.isArray(values)) return { enum: values, ...told };
  if (type === "object") return { ...objectSchema(schema), ...told };
  if (type === "array") return { ...arraySchema(schema), ...told };
  if (type === "integer") return { ...integerSchema(schema), ...told };
  if (type === "string") return { type, ...lengths(schema, "minLength", "maxLength"), ...told };
  return type === undefined ? { ...ANY_SCALAR, ...told } : { type, ...told };
}

function objectSchema(schema: Fields): Fields {
  const { required, additionalProperties } = schema;
  const needed = new Set(Array.isArray(required) ? required : []);
  const properties = eachValue(fieldsOf(schema["properties"]), (value, name) => {
    const made = grammarSchema(value);
    return needed.has(name) ? made : { oneOf: [made, { type: "null" }] };
  });
  const others = isFields(additionalProperties)
    ? { additionalProperties: grammarSchema(additionalProperties) }
    : {};
  return { type: "object", properties, ...others };
}

/** A small range is spelled out: that is the only way in which the grammar keeps to it. */
function integerSchema({ minimum, maximum }: Fields): Fields {
  const [least, most] = [Number(minimum ?? Number.NaN), Number(maximum ?? Number.NaN)];
  const count = most - least + 1;
  if (!(Number.isInteger(least) && count > 0 && count <= MOST_REPEATED)) return { type: "integer" };
  return { enum: Array.from({ length: Math.floor(count) }, (_, index) => least + index) };
}

function arraySchema(schema: Fields): Fields {
  const { items, prefixItems } = schema;
  return {
    type: "array",
    items: grammarSchema(items),
    ...(Array.isArray(prefixItems) ? { prefixItems: prefixItems.map(grammarSchema) } : {}),
    ...lengths(schema, "minItems", "maxItems"),
  };
}

function lengths(schema: Fields, ...keys: readonly string[]): Fields {
  const limits = keys.map((key) => [key, schema[key]] as const);
  return Object.fromEntries(limits.filter(([, limit]) => Number(limit) <= MOST_REPEATED));
}

/** The arguments with what the model left out left out. */
export function withoutNulls(args: unknown, schema: unknown): unknown {
  if (!(isFields(args) && isFields(schema))) return args;
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  const properties = fieldsOf(schema["properties"]);
  const kept = Object.entries(args).filter(([name, value]) => value !== null || required.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, withoutNulls(value, properties[name])]),
  );
}

function eachValue(
  fields: Fields,
  make: (value: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, make(value, name)]),
  );
}
