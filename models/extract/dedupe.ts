import type { ToolCall } from "#core/calls.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import type { ExtractedCall } from "./extractor.ts";

/**
 * Leaves out the embedded calls that the server has declared as well, because it parsed the same text.
 * One declared call cancels one embedded call at most, so two equal calls in the text stay two.
 */
export function dedupeCalls(
  declared: readonly ToolCall[],
  embedded: readonly ExtractedCall[],
): readonly ExtractedCall[] {
  const remaining = new Map<string, number>();
  for (const call of declared) {
    const key = callKey(call);
    remaining.set(key, (remaining.get(key) ?? 0) + 1);
  }
  return embedded.filter((call) => {
    const key = callKey(call);
    const count = remaining.get(key) ?? 0;
    remaining.set(key, count - 1);
    return count <= 0;
  });
}

/** Equal for calls that do the same: the name, and the arguments whatever the order of their keys. */
export function callKey(call: { readonly name: string; readonly arguments: unknown }): string {
  return `${call.name} ${canonicalJson(call.arguments ?? {})}`;
}
