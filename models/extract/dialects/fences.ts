/** Fences around calls, by their labels. */

/** A block labelled so is meant to run. */
export const CALL_LABELS: ReadonlySet<string> = new Set([
  ...["tool_call", "tool_calls", "tool_code", "tool_use", "function_call"],
]);

/** A block labelled so may hold a call, if it looks like one and the answer begins or ends with it. */
export const DATA_LABELS: ReadonlySet<string> = new Set(["", "json", "jsonc", "json5"]);

export const CALL_FENCES: readonly string[] = [...CALL_LABELS].map((label) => `\`\`\`${label}`);
