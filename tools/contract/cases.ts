/** Declared examples of a tool: what `cases.json` says. */
import { z } from "zod";

/** An input, and either the result or the code of the failure that it must give. */
export type ToolCase =
  | { readonly input: unknown; readonly output: unknown }
  | { readonly input: unknown; readonly error: string };

const toolCase: z.ZodType<ToolCase> = z.union([
  z.object({ input: z.json(), error: z.string().min(1).max(64), output: z.never().optional() }),
  z.object({ input: z.json(), output: z.json(), error: z.never().optional() }),
]);

/** Reads `cases.json`. */
export const casesSchema: z.ZodType<{ readonly cases: readonly ToolCase[] }> = z.object({
  cases: z.array(toolCase).min(1).max(500),
});

/** The case that these fields make, if they make one. */
export function caseOf(fields: Readonly<Record<string, unknown>>): ToolCase | undefined {
  const defined = Object.entries(fields).filter(([, value]) => value !== undefined);
  return toolCase.safeParse(Object.fromEntries(defined)).data;
}
