import type { LimitOverrides } from "#core/cycles/limits.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { fieldsOf, textOf } from "#core/json.ts";
import { counted } from "#core/text/counted.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { oneRow } from "#core/text/one-row.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { JobTraceEvent, JobView, JobWork } from "#server/jobs/job-service.ts";
import type { SharedJobs } from "#server/jobs/jobs-wire.ts";
import { newestGoals } from "#server/jobs/newest-goals.ts";
import type { Output } from "#ui/output.ts";
import type { CommandLine } from "./command-spec.ts";

export interface GoalDeps {
  readonly jobs: SharedJobs;
  readonly output: Output;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

/** So many goals are listed at most. */
const MAX_LISTED = 50;
/** Of a text in one line. */
const SHORT = 100;
/** Before what other jobs wait for: a person looks on. */
const PRIORITY = 50;

/**
 * `org goal GOAL | list | show ID | stop ID`.
 *
 * @returns 0 where a goal was reached, 1 where it ended otherwise.
 * @throws {OrgError} `USAGE`, `INPUT_INVALID`, `JOB_UNKNOWN`, `JOB_CONFLICT`.
 */
export async function runGoalCommand(line: CommandLine, deps: GoalDeps): Promise<number> {
  const request = goalRequest(line);
  switch (request.kind) {
    case "list":
      return await list(line, deps);
    case "show":
      return await show(request.id, line, deps);
    case "stop":
      return print(await deps.jobs.cancel(request.id), line, deps);
    case "goal":
      return await work(request.text, line, deps);
  }
}

type GoalRequest =
  | { readonly kind: "list" }
  | { readonly kind: "show" | "stop"; readonly id: string }
  | { readonly kind: "goal"; readonly text: string };

/** What a command line asks for. @throws {OrgError} `USAGE` */
export function goalRequest({ operands: [first, second] }: CommandLine): GoalRequest {
  if ((first ?? "list") === "list" && second === undefined) return { kind: "list" };
  if (first === "show" || first === "stop") {
    if (second === undefined) throw usage(`Which goal? org goal ${first} ID`, ["org goal list"]);
    return { kind: first, id: second };
  }
  if (second !== undefined) {
    throw usage(`Unexpected argument ${echoed(second)}`, ['org goal "one text"']);
  }
  const text = (first ?? "").trim();
  if (text === "") throw usage("The goal is empty", ['org goal "What is in this folder?"']);
  return { kind: "goal", text };
}

async function work(text: string, line: CommandLine, deps: GoalDeps): Promise<number> {
  const { jobs, output, cleaner, signal } = deps;
  const { options } = line;
  const named = options
    .get("tools")
    ?.split(",")
    .map((name) => name.trim());
  const goal: JobWork = {
    ...{ kind: "goal", text, limits: limitsOf(options) },
    ...(named === undefined ? {} : { tools: named }),
  };
  const { id } = await jobs.submit({ work: goal, priority: PRIORITY });
  const isJson = options.has("json");
  if (options.has("detach")) return print(await jobs.get(id), line, deps);
  output.say(`${id}   # org goal stop ${id} ends it\n`);
  for await (const event of jobs.events(id, 1, signal)) {
    const line = isJson ? jsonLine(cleaner.cleanData(event)) : stepText(event);
    if (line === "") continue;
    if (isJson) output.write(line);
    else output.say(`${cleaner.clean(line)}\n`);
  }
  signal.throwIfAborted();
  return print(await jobs.get(id), line, deps);
}

const LIMITS = ["cycles", "seconds", "tokens", "money", "calls", "actions"] as const;

function limitsOf(options: CommandLine["options"]): LimitOverrides {
  const limits = LIMITS.flatMap((name): [string, number][] => {
    const text = options.get(name);
    if (text === undefined) return [];
    const number = Number(text);
    const fits = name === "money" ? number >= 0 : Number.isInteger(number) && number > 0;
    if (text.trim() !== "" && fits && Number.isFinite(number)) return [[name, number]];
    throw usage(`invalid value for --${name}: ${echoed(text)}`, ["org help goal"]);
  });
  return Object.fromEntries(limits);
}

async function list(line: CommandLine, deps: GoalDeps): Promise<number> {
  const goals = await newestGoals(deps.jobs, MAX_LISTED);
  if (goals.length === 0 && !line.options.has("json")) deps.output.say("There are no goals.\n");
  for (const goal of goals) printLine(goal, line, deps);
  return EXIT.done;
}

async function show(id: string, line: CommandLine, deps: GoalDeps): Promise<number> {
  const { jobs, output, cleaner, signal } = deps;
  const job = await jobs.get(id);
  if (job.work.kind !== "goal") {
    throw usage(`${id} is a job of another kind: ${job.work.kind}`, [`org jobs show ${id}`]);
  }
  if (!line.options.has("json")) {
    for await (const event of jobs.events(id, 1, signal)) {
      const line = stepText(event);
      if (line !== "") output.say(`${cleaner.clean(line)}\n`);
      // What happens from now on is not waited for.
      if (event.seq >= job.events) break;
    }
  }
  print(job, line, deps);
  return EXIT.done;
}

/** The report of a goal, or how it is where there is none. */
function print(job: JobView, line: CommandLine, deps: GoalDeps): number {
  const { output, cleaner } = deps;
  const report = fieldsOf(job.result);
  const isOver = job.state === "done" || job.state === "dead";
  const exit = isOver && report["end"] !== "done" ? EXIT.failed : EXIT.done;
  if (line.options.has("json") || job.result === undefined) {
    printLine(job, line, deps);
    return exit;
  }
  const refused = Array.isArray(report["refused"]) ? report["refused"].map(String) : [];
  const text = textOf(report["text"]);
  output.write(`${cleaner.clean(text === "" ? "(no report)" : text)}\n`);
  for (const one of refused) output.say(cleaner.clean(`refused: ${short(one)}\n`));
  output.say(`${endText(report)}\n`);
  return exit;
}

function endText(report: Readonly<Record<string, unknown>>): string {
  const spent = fieldsOf(report["spent"]);
  const spentOf = (unit: string): string => counted(Number(spent[`${unit}s`] ?? 0), unit);
  const seconds = (Number(spent["ms"] ?? 0) / 1000).toFixed(1);
  const steps = Array.isArray(report["steps"]) ? report["steps"] : [];
  // A model may report what none of its steps has shown.
  const well = steps.filter((step) => fieldsOf(step)["outcome"] === "done").length;
  const took = `${spentOf("cycle")} (${well} successful), ${spentOf("call")}, ${spentOf("token")}, ${seconds} s`;
  return `ended: ${textOf(report["end"])}; ${took}; room ${textOf(report["room"])}`;
}

function printLine(job: JobView, { options }: CommandLine, { output, cleaner }: GoalDeps): void {
  const { id, state, work: goal, result, error } = job;
  if (options.has("json")) {
    output.write(jsonLine(cleaner.cleanData(job)));
    return;
  }
  const end = textOf(fieldsOf(result)["end"]);
  const how = error === undefined ? end : `${short(error.message)} [${error.code}]`;
  const text = goal.kind === "goal" ? short(goal.text) : "";
  output.write(`${cleaner.clean(`${id} ${state}${how === "" ? "" : ` (${how})`}: ${text}`)}\n`);
}

/** What a person reads of an event of the trace; nothing of most. */
function stepText({ type, data, error }: JobTraceEvent): string {
  if (type === "retry") return `this attempt failed, and org tries again: ${error?.message ?? ""}`;
  const { phase, cycle, action, outcome, text } = fieldsOf(data);
  if (phase === "intent") {
    const { name, why } = fieldsOf(action);
    return name === undefined
      ? `${cycle}. ${short(textOf(text))}`
      : `${cycle}. ${name}: ${short(textOf(why))}`;
  }
  return phase === "execution" && outcome !== "done" ? `   ${outcome}: ${short(textOf(text))}` : "";
}

function short(text: string): string {
  const line = oneRow(text);
  return line.length > SHORT ? `${line.slice(0, SHORT - 1)}…` : line;
}

function usage(message: string, remedies: readonly string[]): OrgError {
  return new OrgError(message, { code: "USAGE", remedies, unchanged: "Nothing was done." });
}
