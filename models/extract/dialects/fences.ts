/** Fences around calls, by their labels. */

/** A block labelled so is meant to run. */
export const CALL_LABELS: ReadonlySet<string> = new Set([
  ...["tool_call", "tool_calls", "tool_code", "tool_use", "function_call"],
]);

/** A block labelled so may hold a call, if it looks like one and the answer begins or ends with it. */
export const DATA_LABELS: ReadonlySet<string> = new Set(["", "json", "jsonc", "json5"]);

/**
 * A block labelled so, or by the name of a tool, holds a program. One call as JSON is none: small models label the call by
 * what it will run, and an example of a call is labelled as data.
 */
export const PROGRAM_LABELS: ReadonlySet<string> = new Set([
  ...["sh", "bash", "shell", "zsh", "console", "terminal", "powershell", "cmd", "fish"],
  ...["python", "python3", "py", "javascript", "js", "typescript", "ts", "node", "ruby", "sql"],
  ...["tool", "tools", "function", "functions", "action"],
]);

export const CALL_FENCES: readonly string[] = [...CALL_LABELS].map((label) => `\`\`\`${label}`);
