import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";

/** Keywords whose values hold schemas by name; a property may have the name of any keyword. */
const BY_NAME = new Set(["properties", "patternProperties", "$defs", "definitions"]);
/** Keywords whose values are not schemas. */
const DATA = new Set(["const", "default", "enum", "examples", "required"]);

/**
 * Names that a schema requires beside its `properties`. Nothing would ask for them: zod, which checks arguments and
 * results, looks for the required names among the properties alone.
 */
export function undescribedNames(schema: JsonSchema): readonly string[] {
  const { required, properties } = schema;
  const described = isFields(properties) ? properties : {};
  const names = Array.isArray(required) ? required.map(String) : [];
  const inner = Object.entries(schema).flatMap(([key, value]) => {
    if (DATA.has(key)) return [];
    if (BY_NAME.has(key) && isFields(value)) return schemasIn(Object.values(value));
    return schemasIn([value].flat());
  });
  return [
    ...names.filter((name) => !Object.hasOwn(described, name)),
    ...inner.flatMap(undescribedNames),
  ];
}

function schemasIn(values: readonly unknown[]): readonly JsonSchema[] {
  return values.filter(isFields);
}
