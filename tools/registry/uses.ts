import type { Entry } from "#core/journal.ts";
import type { Use } from "./trust.ts";

/**
 * What became of the calls of each tool, by its name. Calls that never ran, because the user or the policy
 * refused them, say nothing about a tool.
 */
export async function usesOf(
  entries: AsyncIterable<Pick<Entry, "at" | "event">>,
): Promise<ReadonlyMap<string, readonly Use[]>> {
  const uses = new Map<string, Use[]>();
  for await (const { at, event } of entries) {
    // A result without time is one of a call that was refused before it ran.
    if (event.type !== "tool-result" || event.ms === 0) continue;
    const previous = uses.get(event.name) ?? [];
    if (previous.length === 0) uses.set(event.name, previous);
    previous.push({ at, ok: event.ok, outcome: event.outcome });
  }
  return uses;
}
