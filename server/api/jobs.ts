/** Jobs: what is to be done, and what became of it. */
import { z } from "zod";
import type { LimitOverrides } from "#core/cycles/limits.ts";
import { JOB_STATES, type JobState } from "#core/queue.ts";
import { goalLimitsSchema } from "#home/settings/goal-settings.ts";
import { eventStream, type ServerEvent } from "../http/event-stream.ts";
import { problem } from "../http/problem.ts";
import { requestIdOf } from "../http/request-id.ts";
import type {
  JobInputs,
  JobService,
  JobTraceEvent,
  JobView,
  JobWork,
} from "../jobs/job-service.ts";
import { jsonObject } from "./json-value.ts";
import { fromSchema, lastEventId } from "./last-event-id.ts";
import type { Routes } from "./routes.ts";

interface JobBody {
  readonly goal?: string | undefined;
  readonly limits?: LimitOverrides | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly message?: string | undefined;
  readonly room?: string | undefined;
  readonly persona?: string | undefined;
  readonly tool?: string | undefined;
  readonly args?: JobInputs | undefined;
  readonly workflow?: string | undefined;
  readonly inputs?: JobInputs | undefined;
  readonly request_id?: string | undefined;
  readonly max_attempts?: number | undefined;
  readonly priority?: number | undefined;
  readonly delay_ms?: number | undefined;
}

const text = z.string().min(1).max(200_000);
const name = z.string().min(1).max(200);

const jobSchema: z.ZodType<JobBody> = z.strictObject({
  goal: text.optional().describe("To be reached in cycles, within limits."),
  limits: goalLimitsSchema.optional().describe("With goal: instead of those of the profile."),
  tools: z.array(name).min(1).max(64).optional().describe("With goal: the tools that it may use."),
  message: text.optional().describe("For a persona, in a room."),
  room: name.optional().describe("With message: the room; else a new one."),
  persona: name.optional().describe("With message: who answers."),
  tool: name.optional().describe("A tool to call."),
  args: jsonObject.optional().describe("With tool: its arguments."),
  workflow: name.optional().describe("A workflow to run."),
  inputs: jsonObject.optional().describe("With workflow: its inputs."),
  request_id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)
    .optional()
    .describe("Becomes the id of the job: who repeats it gets the same job."),
  max_attempts: z.int().min(1).max(100).optional(),
  priority: z.int().min(-100).max(100).optional(),
  delay_ms: z.int().min(0).max(604_800_000).optional(),
});

interface ListQuery {
  readonly state?: JobState | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

const listSchema: z.ZodType<ListQuery> = z.strictObject({
  state: z.enum(JOB_STATES).optional(),
  after: z.string().min(1).max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

export function jobRoutes(routes: Routes, jobs: JobService): void {
  submitRoute(routes, jobs);
  readRoutes(routes, jobs);
  eventsRoute(routes, jobs);
  changeRoutes(routes, jobs);
}

function submitRoute(routes: Routes, jobs: JobService): void {
  routes.add(
    {
      ...{ method: "post", path: "/v1/jobs", scope: "run", body: jobSchema },
      summary: "Queues a goal, a message, a call of a tool or a run of a workflow",
      answers: { 202: { description: "It is on disk.", shape: "submitted" } },
    },
    async (context, { body }) => {
      const work = workOf(body);
      if (work === undefined) {
        const message =
          "give exactly one of goal, message, tool and workflow, and what belongs to it";
        return context.json(problem("INPUT_INVALID", message), 400);
      }
      // The caller that names the request names the job: both lead to the same lines of a log.
      const sent = context.req.header("x-request-id");
      const named = sent !== undefined && requestIdOf(sent) === sent ? sent : undefined;
      const { id, dup } = await jobs.submit({
        work,
        requestId: body.request_id ?? named,
        ...{ priority: body.priority, maxAttempts: body.max_attempts, delayMs: body.delay_ms },
      });
      context.header("location", `/v1/jobs/${id}`);
      return context.json({ id, dup }, 202);
    },
  );
}

function readRoutes(routes: Routes, jobs: JobService): void {
  routes.add(
    {
      ...{ method: "get", path: "/v1/jobs", scope: "read", query: listSchema },
      summary: "Jobs, the newest first; those of one state in the order in which it treats them",
      answers: { 200: { description: "`next` is the `after` of the next page.", shape: "jobs" } },
    },
    async (context, { query }) => {
      const { jobs: found, next } = await jobs.list(query);
      return context.json({ jobs: found.map(viewOf), ...(next === undefined ? {} : { next }) });
    },
  );
  routes.add(
    {
      ...{ method: "get", path: "/v1/jobs/{id}", scope: "read" },
      summary: "How a job is: its state, attempts, result and trace",
      answers: { 200: { description: "The job.", shape: "jobWithTrace" } },
    },
    async (context, { param }) => {
      const job = await jobs.get(param("id"));
      return context.json({
        ...viewOf(job),
        trace: await traceOf(jobs, job, context.req.raw.signal),
      });
    },
  );
}

function eventsRoute(routes: Routes, jobs: JobService): void {
  routes.add(
    {
      ...{ method: "get", path: "/v1/jobs/{id}/events", scope: "read" },
      query: z.strictObject({ from: fromSchema }),
      summary: "The events of a job, until it ends; Last-Event-ID continues after an event",
      answers: { 200: { description: "Server-sent events.", type: "text/event-stream" } },
    },
    async (context, { param }) => {
      const last = lastEventId(context);
      if (typeof last !== "number") return last;
      // Told as a status and not within the stream.
      await jobs.get(param("id"));
      const stop = new AbortController();
      const events = named(jobs.events(param("id"), last + 1, stop.signal));
      return eventStream(events, {
        stop,
        failure: () => problem("INTERNAL", "the trace broke off"),
        report: routes.report,
      });
    },
  );
}

function changeRoutes(routes: Routes, jobs: JobService): void {
  routes.add(
    {
      ...{ method: "delete", path: "/v1/jobs/{id}", scope: "run" },
      summary: "Cancels a job, even a running one",
      answers: {
        200: { description: "The job.", shape: "job" },
        409: { description: "It has ended already." },
      },
    },
    async (context, { param }) => context.json(viewOf(await jobs.cancel(param("id")))),
  );
  routes.add(
    {
      ...{ method: "post", path: "/v1/jobs/{id}/requeue", scope: "run" },
      summary: "Lets a dead job begin again",
      answers: {
        200: { description: "The job.", shape: "job" },
        409: { description: "It is not dead." },
      },
    },
    async (context, { param }) => context.json(viewOf(await jobs.requeue(param("id")))),
  );
}

/** @returns undefined for none, or for more than one. */
function workOf(body: JobBody): JobWork | undefined {
  const { goal, limits, tools, message, room, persona, tool, args, workflow, inputs } = body;
  const works: JobWork[] = [];
  if (goal !== undefined) works.push({ kind: "goal", text: goal, limits, tools });
  if (message !== undefined) works.push({ kind: "message", text: message, room, persona });
  if (tool !== undefined) works.push({ kind: "tool", tool, args: args ?? {} });
  if (workflow !== undefined) works.push({ kind: "workflow", workflow, inputs: inputs ?? {} });
  const [work, other] = works;
  const isFor = (kind: JobWork["kind"], ...fields: unknown[]): boolean =>
    work?.kind === kind || fields.every((field) => field === undefined);
  const fits =
    isFor("goal", limits, tools) &&
    isFor("message", room, persona) &&
    isFor("tool", args) &&
    isFor("workflow", inputs);
  return other === undefined && fits ? work : undefined;
}

function viewOf(job: JobView): object {
  const { requestId, maxAttempts, createdAt, changedAt, notBefore, ...rest } = job;
  return {
    ...rest,
    ...{ request_id: requestId, max_attempts: maxAttempts },
    ...{ created_at: createdAt, changed_at: changedAt, not_before: notBefore },
  };
}

/** Longer traces are to be had as a stream. */
const MAX_TRACE = 1000;

/** What has happened so far. */
async function traceOf(jobs: JobService, job: JobView, signal: AbortSignal): Promise<object[]> {
  const trace: object[] = [];
  if (job.events === 0) return trace;
  for await (const event of jobs.events(job.id, Math.max(1, job.events - MAX_TRACE + 1), signal)) {
    trace.push(eventOf(event));
    if (event.seq >= job.events) break;
  }
  return trace;
}

async function* named(events: AsyncIterable<JobTraceEvent>): AsyncGenerator<ServerEvent, void> {
  for await (const event of events) {
    yield { id: event.seq, event: event.type, data: eventOf(event) };
  }
}

function eventOf({ requestId, delayMs, ...event }: JobTraceEvent): object {
  return { ...event, request_id: requestId, delay_ms: delayMs };
}
