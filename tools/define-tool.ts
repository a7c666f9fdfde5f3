import { z } from "zod";
import type { Tool, ToolOutput, ToolSpec } from "#tools/tool.ts";

/**
 * Makes a tool of its description: the JSON schema that a model sees and the check of its arguments both
 * come from `spec.input`.
 */
export function defineTool<Input>(spec: ToolSpec<Input>): Tool {
  const { $schema: _, ...parameters } = z.toJSONSchema(spec.input, { io: "input" });
  return {
    name: spec.name,
    effect: spec.effect,
    capabilities: spec.capabilities,
    program: spec.program,
    schema: { name: spec.name, description: spec.description, parameters },
    run: async (args, context) => {
      const parsed = parse(spec.input, args);
      return parsed.success
        ? await spec.run(parsed.data, context)
        : refuse(spec.name, args, parsed.error.issues);
    },
  };
}

function parse<Input>(schema: z.ZodType<Input>, args: unknown): z.ZodSafeParseResult<Input> {
  const first = schema.safeParse(args);
  if (first.success) return first;
  const mended = unquoted(args, first.error.issues);
  return mended === undefined ? first : schema.safeParse(mended);
}

/**
 * Models that write calls as text often quote every value: `{"timeout_s": "5"}`. Each wrong string
 * property is read as JSON once; one that the schema accepts as a string is never touched.
 */
function unquoted(args: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  if (typeof args !== "object" || args === null) return undefined;
  const mended = new Map<string, unknown>(Object.entries(args));
  for (const { code, path } of issues) {
    const [name] = path;
    const value = typeof name === "string" && path.length === 1 ? mended.get(name) : undefined;
    if (code !== "invalid_type" || typeof name !== "string" || typeof value !== "string") continue;
    try {
      mended.set(name, JSON.parse(value));
    } catch {
      // No JSON either: the first complaint stands.
      return undefined;
    }
  }
  return Object.fromEntries(mended);
}

function refuse(name: string, args: unknown, issues: readonly z.core.$ZodIssue[]): ToolOutput {
  const lines = issues.map((issue) => {
    const path = issue.path.join(".") || "arguments";
    const expected = "expected" in issue ? `expected ${issue.expected}` : issue.message;
    return `- ${path}: ${expected}, got ${show(valueAt(args, issue.path))}`;
  });
  return {
    ok: false,
    output: [`The arguments of "${name}" are not valid; it did not run.`, ...lines].join("\n"),
  };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  }
  return at;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return `${Array.isArray(value) ? "array" : value === null ? "null" : typeof value} ${shown}`;
}
