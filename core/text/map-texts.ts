/** Changing the texts in plain data, whatever its shape. */
import { isFields } from "../json.ts";

/** @returns the very same value where no text of it changes; keys stay. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => mapTexts(item, change));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, mapTexts(item, change)] as const,
  );
  const isSame = entries.every(([key, item]) => item === value[key]);
  return isSame ? value : Object.fromEntries(entries);
}
