/** Whether the schema of a result says anything: where everything fits it, no answer of a tool can be wrong. */
import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { fitting, resolveReference, schemasOf } from "../../oracle/schema.ts";

/** A schema that lets most of these in says nothing of a result. */
const ODD_RESULTS: readonly unknown[] = [null, true, 42, "text", [1, "a"], { unexpected_name: 1 }];

/** A result may be one thing or another, such as a text or nothing. */
const MOST_KINDS = 4;

/** Deeper than that no schema of a result is looked into; one that refers to itself ends there. */
const DEEPEST = 30;

/** @returns whether results of most kinds fit, or an object or a list of whatever it may be. */
export function saysNothing(schema: JsonSchema): boolean {
  if (!narrows(schema, { root: schema, depth: 0 })) return true;
  try {
    const fits = fitting(schema);
    return ODD_RESULTS.filter(fits).length >= MOST_KINDS;
  } catch {
    // What cannot be compiled is reported elsewhere.
    return false;
  }
}

interface SchemaContext {
  readonly root: JsonSchema;
  readonly depth: number;
}

/** Whether something in a schema names a type, a value or a choice of them. */
function narrows(unresolved: unknown, { root, depth }: SchemaContext): boolean {
  if (!isFields(unresolved)) return unresolved === false;
  if (depth > DEEPEST) return true;
  const schema = resolveReference(unresolved, root);
  const below = { root, depth: depth + 1 };
  const alternatives = (keyword: string) =>
    schemasOf(schema, keyword).map(([, choice]) => narrows(choice, below));
  const choices = ["anyOf", "oneOf"].map(alternatives).filter(({ length }) => length > 0);
  const types = [schema["type"] ?? []].flat().map(String);
  return (
    "enum" in schema ||
    "const" in schema ||
    alternatives("allOf").includes(true) ||
    choices.some((every) => !every.includes(false)) ||
    (types.length > 0 && types.every((type) => narrowsType(type, schema, below)))
  );
}

function narrowsType(type: string, schema: JsonSchema, context: SchemaContext): boolean {
  if (type === "array") {
    return [schema["items"], ...listOf(schema["prefixItems"])].some((one) => narrows(one, context));
  }
  return type === "object" ? narrowsObject(schema, context) : true;
}

function narrowsObject(schema: JsonSchema, context: SchemaContext): boolean {
  const { additionalProperties: others, required } = schema;
  if (
    isFields(others) &&
    narrows(others, context) &&
    schemasOf(schema, "patternProperties").length === 0
  )
    return true;
  const properties = schemasOf(schema, "properties");
  const narrowing = properties.filter(([, value]) => narrows(value, context));
  const isOpen = others === true || isFields(others);
  const names = listOf(required);
  // A tool that reads JSON answers with whatever stands there, under a name that says so.
  const [only] = properties;
  if (properties.length === 1 && only !== undefined && names.includes(only[0])) return true;
  // What may be left out says nothing where any other name may stand in its place.
  if (narrowing.some(([name]) => !isOpen || names.includes(name))) return true;
  return schemasOf(schema, "patternProperties").some(([, value]) => narrows(value, context));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
