/** What the routes answer, for the document; more may stand beside it. */
import { z } from "zod";
import { JOB_STATES } from "#core/queue.ts";

const time = z.int().min(0).describe("milliseconds since the epoch");
const failure = z.looseObject({ code: z.string(), message: z.string() });

const job = z.looseObject({
  ...{ id: z.string(), request_id: z.string(), state: z.enum(JOB_STATES) },
  work: z.looseObject({ kind: z.enum(["goal", "message", "tool", "workflow", "task"]) }),
  ...{ priority: z.int(), attempts: z.int().min(0), max_attempts: z.int().min(1) },
  ...{ created_at: time, changed_at: time, not_before: time.optional() },
  result: z.unknown().optional().describe("what it gave, when it is done"),
  error: failure.optional().describe("of the last attempt that failed"),
  events: z.int().min(0).describe("number of its last event"),
});

const traceEvent = z.looseObject({
  ...{ seq: z.int().min(1), at: time, type: z.string(), attempt: z.int().min(0) },
  ...{ request_id: z.string(), delay_ms: z.int().optional(), error: failure.optional() },
  data: z.unknown().optional().describe("what the work itself told"),
});

const tool = z.looseObject({
  ...{ name: z.string(), description: z.string() },
  origin: z.enum(["built-in", "generated"]),
  state: z.enum(["ready", "disabled", "changed", "refused"]),
  why: z.string().optional().describe("why it cannot be called"),
});

const usage = z.looseObject({
  ...{ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() },
});

/** By their names, each as the answer of one route. */
export const ANSWERS: Readonly<Record<AnswerName, z.ZodType>> = {
  health: z.looseObject({
    status: z.literal("ok"),
    generation: z.enum(["current", "candidate"]).optional(),
    ...{ commit: z.string().optional(), uptime_s: z.int().optional() },
    tools: z.array(z.string()).optional(),
    database: z.looseObject({ primary: z.boolean(), standby: z.string() }).optional(),
  }),
  submitted: z.looseObject({ id: z.string(), dup: z.boolean() }),
  job,
  jobWithTrace: job.extend({ trace: z.array(traceEvent) }),
  jobs: z.looseObject({ jobs: z.array(job), next: z.string().optional() }),
  rooms: z.looseObject({
    rooms: z.array(
      z.looseObject({ id: z.string(), entries: z.int(), started_at: time, last_at: time }),
    ),
  }),
  tools: z.looseObject({ tools: z.array(tool) }),
  called: z.union([
    z.looseObject({ ok: z.literal(true), value: z.unknown() }),
    z.looseObject({ ok: z.literal(false), message: z.string() }),
  ]),
  candidates: z.looseObject({
    candidates: z.array(
      z.looseObject({
        ...{ id: z.string(), branch: z.string(), commit: z.string() },
        ...{ verdict: z.string().optional(), stage: z.string().optional() },
      }),
    ),
  }),
  models: z.looseObject({
    object: z.literal("list"),
    data: z.array(z.looseObject({ id: z.string(), object: z.literal("model") })),
  }),
  completion: z.looseObject({
    ...{ id: z.string(), object: z.literal("chat.completion"), created: z.int() },
    choices: z.array(
      z.looseObject({
        index: z.int(),
        message: z.looseObject({ role: z.literal("assistant"), content: z.string().nullable() }),
        finish_reason: z.enum(["stop", "length", "tool_calls"]),
      }),
    ),
    usage,
  }),
};

export type AnswerName =
  | "health"
  | "submitted"
  | "job"
  | "jobWithTrace"
  | "jobs"
  | "rooms"
  | "tools"
  | "called"
  | "candidates"
  | "models"
  | "completion";
