import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { JOB_STATES, type JobState } from "#core/queue.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { JobTraceEvent, JobView } from "#server/jobs/job-service.ts";
import { firstLine, jobText, short } from "#server/jobs/job-text.ts";
import type { SharedJobs } from "#server/jobs/jobs-wire.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

export interface JobsDeps {
  readonly jobs: SharedJobs;
  readonly output: Output;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** Lets workers take a kind again. @returns whether it was paused. */
  readonly resume: (kind: string) => Promise<boolean>;
}

const ACTIONS = ["list", "show", "cancel", "requeue", "resume"] as const;
const MAX_LISTED = 50;

/**
 * `org jobs list|show|cancel|requeue|resume`.
 *
 * @returns 0.
 * @throws {OrgError} `USAGE`, `JOB_UNKNOWN`, `JOB_CONFLICT`.
 */
export async function runJobsCommand(line: CommandLine, deps: JobsDeps): Promise<number> {
  const [actionName = "list", id, extra] = line.operands;
  const action = actionNamed("jobs", ACTIONS, actionName);
  const tooMany = action === "list" ? id : extra;
  if (tooMany !== undefined) throw usage(`Unexpected argument ${echoed(tooMany)}`);
  if (action === "list") return await list(line, deps);
  if (action === "resume") return await resume(id, line, deps);
  if (id === undefined) throw usage("Which job?", ["org jobs list"]);
  if (action === "show") return await show(id, line, deps);
  const job = await (action === "cancel" ? deps.jobs.cancel(id) : deps.jobs.requeue(id));
  return print([job], line, deps);
}

async function list(line: CommandLine, deps: JobsDeps): Promise<number> {
  const state = stateOf(line.options.get("state"));
  const { jobs, next } = await deps.jobs.list({ state, limit: MAX_LISTED });
  const isPlain = !line.options.has("json");
  if (isPlain && jobs.length === 0) deps.output.say("There are no jobs in this state.\n");
  print(jobs, line, deps);
  if (isPlain && next !== undefined) deps.output.say(`There are more than ${MAX_LISTED}.\n`);
  return EXIT.done;
}

async function resume(kind = "", line: CommandLine, deps: JobsDeps): Promise<number> {
  if (!(await deps.resume(kind))) {
    throw usage(`Jobs of the kind ${echoed(kind)} are not paused`, ["org fixes"]);
  }
  if (line.options.has("json")) deps.output.write(jsonLine({ resumed: kind }));
  else deps.output.write(`Workers take jobs of the kind ${kind} again.\n`);
  return EXIT.done;
}

async function show(id: string, line: CommandLine, deps: JobsDeps): Promise<number> {
  const { jobs, output, cleaner, signal } = deps;
  const job = await jobs.get(id);
  const trace: JobTraceEvent[] = [];
  // What happens from now on is not waited for.
  for await (const event of jobs.events(id, 1, signal)) {
    trace.push(event);
    if (event.seq >= job.events) break;
  }
  if (line.options.has("json")) {
    output.write(jsonLine(cleaner.cleanData({ ...job, trace })));
    return EXIT.done;
  }
  print([job], line, deps);
  const { result } = job;
  const resultText = typeof result === "string" ? result : JSON.stringify(result, null, 2);
  const rest = [...trace.map(eventText), ...(result === undefined ? [] : [resultText])];
  for (const text of rest) output.write(`${cleaner.clean(text)}\n`);
  if (job.state === "dead") output.say(`→ org jobs requeue ${id}\n`);
  return EXIT.done;
}

function print(jobs: readonly JobView[], line: CommandLine, { output, cleaner }: JobsDeps): number {
  const isJson = line.options.has("json");
  for (const job of jobs) {
    output.write(isJson ? jsonLine(cleaner.cleanData(job)) : `${cleaner.clean(jobText(job))}\n`);
  }
  return EXIT.done;
}

function eventText({ seq, at, type, attempt, error, delayMs, data }: JobTraceEvent): string {
  const why = error === undefined ? "" : `: ${firstLine(error.message)} [${error.code}]`;
  const wait = delayMs === undefined ? "" : `, not before ${delayMs} ms later`;
  const note = data === undefined ? "" : ` ${short(JSON.stringify(data))}`;
  return `  ${seq} ${new Date(at).toISOString()} ${type}, attempt ${attempt}${wait}${why}${note}`;
}

function stateOf(text: string | undefined): JobState | undefined {
  return JOB_STATES.find((state) => state === text);
}

function usage(message: string, remedies: readonly string[] = []): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: [...remedies, "org help jobs"],
    unchanged: "Nothing was done.",
  });
}
