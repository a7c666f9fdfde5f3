/** Whether two answers are the same, and how to tell a person that they are not. */
import { canonicalJson } from "#core/canonical-json.ts";

const SHOWN_CHARACTERS = 160;

/** Equal as JSON: the order of keys says nothing, every digit of a number does. */
export function sameJson(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** JSON on one line, its middle left out where it is long: the end often tells more than the middle. */
export function showJson(value: unknown): string {
  const text = String(JSON.stringify(value));
  if (text.length <= SHOWN_CHARACTERS) return text;
  const half = SHOWN_CHARACTERS / 2;
  const left = text.length - SHOWN_CHARACTERS;
  return `${text.slice(0, half)} …(${left} characters)… ${text.slice(-half)}`;
}

/** A path such as `.items[2].name` to the first place where the two differ; empty for the whole. */
export function firstDifference(a: unknown, b: unknown): string {
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    for (let index = 0; index < length; index += 1) {
      if (!sameJson(a[index], b[index])) return `[${index}]${firstDifference(a[index], b[index])}`;
    }
  }
  if (isRecord(a) && isRecord(b)) {
    for (const key of Object.keys({ ...a, ...b }).sort()) {
      if (!sameJson(a[key], b[key])) return `.${key}${firstDifference(a[key], b[key])}`;
    }
  }
  return "";
}

/** True for what JSON calls an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
