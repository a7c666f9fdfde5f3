import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { ExtractRecord } from "./debug.ts";

const recordSchema: z.ZodType<ExtractRecord> = z.object({
  id: z.string(),
  model_output: z.string(),
  tools: z
    .array(z.unknown())
    .nullish()
    .transform((tools) => tools ?? undefined),
});

/** Checks one line of the input of `org debug extract`; other keys are ignored. @throws {Error} */
export function readExtractRecord(value: unknown): ExtractRecord {
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join(".") || "the line"}: ${issue?.message ?? "unreadable"}`);
}

/** Checks the file behind `--tools`. @throws {OrgError} `INPUT_INVALID` */
export function readToolList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new OrgError("The file behind --tools is not a list of tools", {
    code: "INPUT_INVALID",
    why: 'it must be a JSON list of {"name", "parameters"}',
    remedies: ["org help debug"],
    unchanged: "Nothing was done.",
  });
}
