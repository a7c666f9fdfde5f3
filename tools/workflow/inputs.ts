import { z } from "zod";
import { compileSchema } from "../contract/schema-check.ts";
import type { JsonObject, Workflow } from "./workflow.ts";

const objectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/**
 * What a workflow gets, with the defaults of its schema filled in.
 *
 * @param workflow whose inputs have been checked.
 */
export function acceptInputs(
  { inputs: schema }: Workflow,
  input: unknown,
): { readonly inputs: JsonObject } | { readonly problem: string } {
  const parsed = compileSchema("input", schema).pipe(objectSchema).safeParse(input);
  if (parsed.success) return { inputs: parsed.data };
  const lines = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
    const location = ["inputs", ...path.map(String)].join(".");
    return `${location}: ${message.replace("received undefined", "but it is missing")}`;
  });
  return { problem: lines.join("; ") };
}
