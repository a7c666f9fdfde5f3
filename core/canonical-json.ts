import { isFields } from "./json.ts";

/**
 * JSON with the keys of every object sorted, so that equal values give equal text.
 *
 * What JSON cannot say (`undefined`, functions) is omitted, as `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isFields(inner) ? sorted(inner) : inner));
}

function sorted(value: Readonly<Record<string, unknown>>): object {
  // fromEntries defines properties instead of assigning them: a "__proto__" key stays data.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
