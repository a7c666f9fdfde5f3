/** Lines that mean the same without any model, for what runs without one. */
import { cutsOf, plainLine } from "./line.ts";
import { isQuery } from "./slot.ts";

export type BuiltInLine =
  | { readonly kind: "files" | "jobs" | "status" | "tools" | "help" }
  | { readonly kind: "memory"; readonly query: string };

/** As a user types them. */
export const BUILT_IN_LINES: readonly string[] = [
  ...["list files", "search memory for WORDS", "jobs", "status", "tools", "help"],
];

/** By the head of the whole line. */
const LINES: ReadonlyMap<string, Exclude<BuiltInLine["kind"], "memory">> = new Map([
  ...(["list files", "show files"] as const).map((head) => [head, "files"] as const),
  ...(["jobs", "list jobs", "show jobs"] as const).map((head) => [head, "jobs"] as const),
  ...(["status", "show status"] as const).map((head) => [head, "status"] as const),
  ...(["tools", "list tools", "show tools"] as const).map((head) => [head, "tools"] as const),
  ["help", "help"],
]);

const SEARCH: ReadonlySet<string> = new Set(["search memory", "search memory for"]);

/** @returns `undefined` for every line that is not one of them as a whole. */
export function builtInLine(typed: string): BuiltInLine | undefined {
  const cuts = cutsOf(plainLine(typed) ?? []);
  const kind = LINES.get(cuts.find(({ rest }) => rest === "")?.head ?? "");
  if (kind !== undefined) return { kind };
  const query = cuts.find(({ head, rest }) => SEARCH.has(head) && isQuery(rest))?.rest;
  return query === undefined ? undefined : { kind: "memory", query };
}
