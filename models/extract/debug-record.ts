import { z } from "zod";
import type { ExtractRecord } from "./debug.ts";

const recordSchema: z.ZodType<ExtractRecord> = z.object({
  id: z.string(),
  model_output: z.string(),
  tools: z.array(z.unknown()).optional(),
});

/** Checks one line of the input of `org debug extract`; other keys are ignored. @throws {Error} */
export function readExtractRecord(value: unknown): ExtractRecord {
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join(".") || "the line"}: ${issue?.message ?? "unreadable"}`);
}

/** Checks the file behind `--tools`. @throws {Error} */
export function readToolList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error("it is no list of tools");
}
