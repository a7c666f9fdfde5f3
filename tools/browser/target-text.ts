import { quoted } from "./control-text.ts";
import type { Target } from "./outline.ts";

/** What an element is, as it stands in a question to the user. */
export function targetText({ role, name }: Pick<Target, "role" | "name">): string {
  return `${role} ${quoted(name)}`;
}
