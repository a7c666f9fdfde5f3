import { indent } from "./text.ts";

export function listOf(items: readonly string[]): string {
  return indent(items.join("\n"), 2);
}
