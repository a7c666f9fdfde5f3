/** What a job may be asked to be, checked at the edge. */
import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import { OrgError } from "#core/errors.ts";
import { goalLimitsSchema } from "#home/settings/goal-settings.ts";
import { builtInTaskSchema } from "#home/settings/heartbeat-settings.ts";
import type { JobData, JobInputs, JobRequest, JobWork } from "./job-service.ts";

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** Most UTF-16 code units of what is to be done, as JSON. */
const MAX_WORK = 256 * 1024;
/** It becomes a part of file names and of log lines. */
const JOB_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

const data: z.ZodType<JobData> = z.json();
const inputs: z.ZodType<JobInputs> = z.record(z.string(), data);
const text = z.string().min(1);

export const workSchema: z.ZodType<JobWork> = z.discriminatedUnion("kind", [
  z.strictObject({
    ...{ kind: z.literal("goal"), text },
    limits: goalLimitsSchema.optional(),
    tools: z.array(text).min(1).max(64).optional(),
  }),
  z.strictObject({
    ...{ kind: z.literal("message"), text },
    ...{ room: text.optional(), persona: text.optional() },
  }),
  z.strictObject({ kind: z.literal("tool"), tool: text, args: inputs }),
  z.strictObject({ kind: z.literal("workflow"), workflow: text, inputs }),
  z.strictObject({ kind: z.literal("task"), task: builtInTaskSchema }),
]);

const requestSchema: z.ZodType<JobRequest> = z.strictObject({
  work: workSchema,
  requestId: z
    .string()
    .regex(JOB_ID, "1 to 128 letters, digits and . _ : - , the first a letter or a digit")
    .optional(),
  priority: z.int().min(-100).max(100).optional(),
  maxAttempts: z.int().min(1).max(100).optional(),
  delayMs: z.int().min(0).max(WEEK_MS).optional(),
});

/** @throws {OrgError} `INPUT_INVALID` */
export function readJobRequest(input: unknown): JobRequest {
  const parsed = requestSchema.safeParse(input);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const size = canonicalJson(parsed.data.work).length;
  if (size > MAX_WORK) throw invalid(`work has ${size} characters; ${MAX_WORK} are allowed`);
  return parsed.data;
}

/** Equal work is equal text. */
export function bodyOf(work: JobWork): string {
  return canonicalJson(work);
}

/** @param body of {@link bodyOf} */
export function workOf(body: string): JobWork {
  return workSchema.parse(JSON.parse(body));
}

function invalid(why: string): OrgError {
  return new OrgError("This is not a job", {
    code: "INPUT_INVALID",
    why,
    remedies: ['a job looks like {"work": {"kind": "goal", "text": "…"}}'],
    unchanged: "Nothing was queued.",
  });
}
