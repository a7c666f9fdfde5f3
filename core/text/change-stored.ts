import { parseJson } from "../json.ts";
import { mapTexts } from "./map-texts.ts";

/** Text that may be a value of JSON with texts in it. */
const JSON_START = /^\s*["[{]/;

/**
 * Changes texts in what is stored, whatever its shape: a plain text, JSON, and JSON in a text of JSON.
 *
 * @returns the very same text where none changes.
 */
export function changeStored(stored: string, change: (text: string) => string): string {
  if (!JSON_START.test(stored)) return change(stored);
  const value = parseJson(stored);
  if (value === undefined) return change(stored);
  const changed = mapTexts(value, (text) => changeStored(text, change));
  return changed === value ? stored : JSON.stringify(changed);
}
