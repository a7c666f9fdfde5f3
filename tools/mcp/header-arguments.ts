import { isFields } from "#core/json.ts";

const KEY = "x-mcp-header";
/** @see https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]{1,100}$/;
const TYPES: ReadonlySet<unknown> = new Set(["string", "integer", "boolean"]);
/** Below them stand names, and below the names schemas. */
const OF_NAMES: ReadonlySet<string> = new Set([
  ...["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"],
]);

/**
 * Which arguments a server wants in headers, too. A tool that asks for it in a way that the protocol does not know is left
 * out: a name of its own making could add to the request, or stand for another argument.
 *
 * @returns what is wrong, one clause.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
export function headerProblem(inputSchema: Readonly<Record<string, unknown>>): string | undefined {
  const names = declared(inputSchema);
  if (names.length !== occurrences(inputSchema)) return `its ${KEY} stands where none may`;
  if (names.some((name) => name === undefined)) return `its ${KEY} is not a name of a header`;
  const different = new Set(names.map((name) => name?.toLowerCase()));
  return different.size === names.length ? undefined : `two ${KEY} are the same name`;
}

/** Of the arguments, at any depth; `undefined` for one that may not be. */
function declared(schema: Readonly<Record<string, unknown>>): readonly (string | undefined)[] {
  const { properties } = schema;
  if (!isFields(properties)) return [];
  return Object.values(properties).flatMap((property) => {
    if (!isFields(property)) return [];
    const { [KEY]: name, type } = property;
    const isGood = typeof name === "string" && TOKEN.test(name) && TYPES.has(type);
    const own = Object.hasOwn(property, KEY) ? [isGood ? name : undefined] : [];
    return [...own, ...declared(property)];
  });
}

/** Of all schemas in it. @param isNames the fields are names that the server chose. */
function occurrences(value: unknown, isNames = false): number {
  if (Array.isArray(value)) return value.reduce((sum, one) => sum + occurrences(one), 0);
  if (!isFields(value)) return 0;
  const inside = Object.entries(value).map(([key, child]) =>
    occurrences(child, !isNames && OF_NAMES.has(key)),
  );
  const own = !isNames && Object.hasOwn(value, KEY) ? 1 : 0;
  return inside.reduce((sum, count) => sum + count, own);
}
