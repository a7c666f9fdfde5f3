/** The questions about jobs as they travel between processes; both ends are checked against these schemas. */
import { z } from "zod";
import { JOB_STATES, type JobError } from "#core/queue.ts";
import type { Call } from "../socket/home-wire.ts";
import type { Handlers } from "../socket/owner-server.ts";
import { readJobRequest, workSchema } from "./job-request.ts";
import type {
  JobData,
  JobList,
  JobListOptions,
  JobService,
  JobTraceEvent,
  JobView,
  Submitted,
} from "./job-service.ts";

/** What other processes may ask. */
export type SharedJobs = Omit<JobService, "stats" | "observe">;

const data: z.ZodType<JobData> = z.json();
const errorSchema: z.ZodType<JobError> = z.object({ code: z.string(), message: z.string() });
const idSchema = z.strictObject({ id: z.string() });
const fromSchema = z.strictObject({ id: z.string(), from: z.int().min(1) });

const listOptionsSchema: z.ZodType<JobListOptions> = z.strictObject({
  state: z.enum(JOB_STATES).optional(),
  after: z.string().optional(),
  limit: z.int().optional(),
});

const viewSchema: z.ZodType<JobView> = z.object({
  ...{ id: z.string(), requestId: z.string(), state: z.enum(JOB_STATES), work: workSchema },
  ...{ priority: z.int(), attempts: z.int(), maxAttempts: z.int() },
  ...{ createdAt: z.number(), changedAt: z.number(), notBefore: z.number().optional() },
  ...{ result: data.optional(), error: errorSchema.optional(), events: z.int() },
});

const listSchema: z.ZodType<JobList> = z.object({
  jobs: z.array(viewSchema),
  next: z.string().optional(),
});

const submittedSchema: z.ZodType<Submitted> = z.object({ id: z.string(), dup: z.boolean() });

const traceSchema: z.ZodType<JobTraceEvent> = z.object({
  ...{ seq: z.int(), requestId: z.string(), at: z.number(), attempt: z.int() },
  type: z.enum([
    ...(["queued", "started", "note", "retry", "released"] as const),
    ...(["expired", "requeued", "done", "dead", "cancelled"] as const),
  ]),
  ...{ delayMs: z.number().optional(), error: errorSchema.optional(), data: data.optional() },
});

/**
 * The owner's side.
 *
 * @param jobs asked at every question: a process owns its home before its jobs are open.
 */
export function jobHandlers(jobs: () => SharedJobs): Handlers {
  const answer = (work: (body: unknown) => Promise<unknown>) =>
    async function* (body: unknown): AsyncGenerator<unknown, void> {
      yield await work(body);
    };
  const idOf = (body: unknown): string => idSchema.parse(body).id;
  return {
    "job-submit": answer((body) => jobs().submit(readJobRequest(body))),
    "job-get": answer((body) => jobs().get(idOf(body))),
    "job-list": answer((body) => jobs().list(listOptionsSchema.parse(body))),
    "job-cancel": answer((body) => jobs().cancel(idOf(body))),
    "job-requeue": answer((body) => jobs().requeue(idOf(body))),
    "job-events": (body, signal) => {
      const { id, from } = fromSchema.parse(body);
      return jobs().events(id, from, signal);
    },
  };
}

/** The other processes' side: the same jobs, asked of the owner. */
export function remoteJobs(call: Call, signal: AbortSignal): SharedJobs {
  const one = async <T>(name: string, body: unknown, schema: z.ZodType<T>): Promise<T> => {
    const [line] = await Array.fromAsync(call(name, body, signal));
    return schema.parse(line);
  };
  return {
    submit: (request) => one("job-submit", request, submittedSchema),
    get: (id) => one("job-get", { id }, viewSchema),
    list: (options = {}) => one("job-list", options, listSchema),
    cancel: (id) => one("job-cancel", { id }, viewSchema),
    requeue: (id) => one("job-requeue", { id }, viewSchema),
    async *events(id, from, stop): AsyncGenerator<JobTraceEvent, void> {
      for await (const line of call("job-events", { id, from }, stop))
        yield traceSchema.parse(line);
    },
  };
}
