/** Whether two answers are the same, and how to tell a person that they are not. */
import { canonicalJson } from "#core/canonical-json.ts";
import { isFields } from "#core/json.ts";

const EXCERPT_CHARACTERS = 160;

/** Equal as JSON: the order of keys says nothing, every digit of a number does. */
export function sameJson(a: unknown, b: unknown): boolean {
  // Texts and what is the very same need not be written out.
  if (a === b) return true;
  if (typeof a === "string" && typeof b === "string") return false;
  return canonicalJson(a) === canonicalJson(b);
}

/** Blanks that look like an ordinary one, and what is not seen at all; the ordinary blank is left as it is. */
const UNSEEN = /(?! )[\p{Zs}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * JSON on one line, its middle left out where it is long: the end often tells more than the middle. What a reader
 * could not see is escaped, else an answer with another blank would look like the one that was expected.
 */
export function showJson(value: unknown): string {
  const text = String(JSON.stringify(value)).replace(UNSEEN, escaped);
  if (text.length <= EXCERPT_CHARACTERS) return text;
  const half = EXCERPT_CHARACTERS / 2;
  const omitted = text.length - EXCERPT_CHARACTERS;
  return `${text.slice(0, half)} …(${omitted} characters)… ${text.slice(-half)}`;
}

/** As JSON writes it: one escape for each unit of UTF-16. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** A path such as `.items[2].name` to the first position where the two differ; empty for the whole. */
export function firstDifference(a: unknown, b: unknown): string {
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    for (let index = 0; index < length; index += 1) {
      if (!sameJson(a[index], b[index])) return `[${index}]${firstDifference(a[index], b[index])}`;
    }
  }
  if (isFields(a) && isFields(b)) {
    for (const key of Object.keys({ ...a, ...b }).sort()) {
      if (!sameJson(a[key], b[key])) return `.${key}${firstDifference(a[key], b[key])}`;
    }
  }
  return "";
}
