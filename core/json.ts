/** Looking into JSON that another program wrote, without trusting its shape. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object behind a key, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

/** The text behind a key, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** @returns `undefined` when the text is not JSON; no JSON text means `undefined`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object in an answer of a model, with or without words and a fence around it; `undefined` where there is none. */
export function objectIn(text: string): unknown {
  return parseJson(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
}

const NO_FIELDS: Fields = {};
