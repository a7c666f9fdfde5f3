/** Tools' schemas as the grammar of the library understands them. */
import { type Fields, fieldsOf, isFields } from "#core/json.ts";
import { MOST_REPEATED, spelledOut } from "../../gbnf.ts";

/** Each property that may be left out doubles the forms of an object; above this they may be null instead. */
const MOST_OPTIONAL = 3;
/** Any value that is neither a list nor an object. */
const ANY_SCALAR: Fields = { type: ["string", "number", "boolean", "null"] };

/**
 * What the library's own grammar holds the arguments of a call to. `pattern`, and `minimum` and `maximum` far from each
 * other, are lost: the caller checks its arguments against the whole schema, as for every other model.
 *
 * The library requires every property. An object with up to three that may be left out has a form with and one without each of
 * them; of more they may be null here, and {@link withoutNulls} leaves them out.
 *
 * A model must not see this schema: it would write the nulls also where no grammar holds it.
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
  const described = typeof description === "string" ? { description } : {};
  if (typeof $ref === "string") {
    return $ref.startsWith("#/$defs/") ? { $ref, ...described } : { ...ANY_SCALAR, ...described };
  }
  const choices = schema["oneOf"] ?? schema["anyOf"];
  if (Array.isArray(choices)) return { oneOf: choices.map(grammarSchema), ...described };
  if ("const" in schema) return { const: schema["const"], ...described };
  if (Array.isArray(values)) return { enum: values, ...described };
  if (type === "object") return { ...objectSchema(schema), ...described };
  if (type === "array") return { ...arraySchema(schema), ...described };
  if (type === "integer") return { ...integerSchema(schema), ...described };
  if (type === "string")
    return { type, ...lengths(schema, "minLength", "maxLength"), ...described };
  return type === undefined ? { ...ANY_SCALAR, ...described } : { type, ...described };
}

function objectSchema(schema: Fields): Fields {
  const { required, additionalProperties } = schema;
  const needed = new Set(Array.isArray(required) ? required : []);
  const properties = eachValue(fieldsOf(schema["properties"]), grammarSchema);
  const others = isFields(additionalProperties)
    ? { additionalProperties: grammarSchema(additionalProperties) }
    : {};
  const made = (some: Fields): Fields => ({ type: "object", properties: some, ...others });
  const optional = Object.keys(properties).filter((name) => !needed.has(name));
  if (optional.length > MOST_OPTIONAL) {
    return made(
      eachValue(properties, (value, name) =>
        needed.has(name) ? value : { oneOf: [value, { type: "null" }] },
      ),
    );
  }
  const forms = Array.from({ length: 2 ** optional.length }, (_, form) => {
    const isOmitted = (name: string): boolean => {
      const index = optional.indexOf(name);
      return index >= 0 && (form & (1 << index)) === 0;
    };
    return made(
      Object.fromEntries(Object.entries(properties).filter(([name]) => !isOmitted(name))),
    );
  });
  return forms.length > 1 ? { oneOf: forms } : made(properties);
}

function integerSchema(schema: Fields): Fields {
  const range = spelledOut(schema);
  return range === undefined ? { type: "integer" } : { enum: range };
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

/** The arguments without the nulls that stand for what was left out, at every depth. */
export function withoutNulls(args: unknown, schema: unknown): unknown {
  if (!isFields(schema)) return args;
  if (Array.isArray(args)) return args.map((one) => withoutNulls(one, schema["items"]));
  if (!isFields(args)) return args;
  const form = formOf(args, schema);
  if (form === undefined) return args;
  const required = new Set(Array.isArray(form["required"]) ? form["required"] : []);
  const properties = fieldsOf(form["properties"]);
  const present = Object.entries(args).filter(
    ([name, value]) => value !== null || required.has(name),
  );
  return Object.fromEntries(
    present.map(([name, value]) => [name, withoutNulls(value, properties[name])]),
  );
}

/** Of several forms the one that has all of these names. */
function formOf(args: Fields, schema: Fields): Fields | undefined {
  const choices = schema["oneOf"] ?? schema["anyOf"];
  if (!Array.isArray(choices)) return schema;
  const names = Object.keys(args);
  return choices.filter(isFields).find((choice) => {
    const properties = fieldsOf(choice["properties"]);
    return names.every((name) => Object.hasOwn(properties, name));
  });
}

function eachValue(
  fields: Fields,
  make: (value: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, make(value, name)]),
  );
}
