/** What the home does by itself, and when, as the human has laid it down. */
import { z } from "zod";
import type { LimitOverrides } from "#core/cycles/limits.ts";
import { OrgError } from "#core/errors.ts";
import { type Cron, parse } from "#platform/schedule/cron.ts";
import { isZone } from "#platform/schedule/zone.ts";
import { goalLimitsSchema } from "./goal-settings.ts";

/** Tasks that every home has; a person can give them another time, or switch them off. */
const BUILT_IN_TASKS = {
  backup: "30 3 * * *",
  drill: "30 4 * * *",
  proposals: "0 5 * * *",
  digest: "0 7 * * mon",
} as const;

export type BuiltInTask = keyof typeof BUILT_IN_TASKS;

export const builtInTaskSchema: z.ZodType<BuiltInTask> = z.custom<BuiltInTask>(
  (value) => typeof value === "string" && isBuiltIn(value),
);

/** Plain data, as JSON has it. */
type Data = z.core.util.JSONType;

/** What a task does. */
type TaskRun =
  | { readonly task: BuiltInTask }
  | { readonly tool: string; readonly args: Readonly<Record<string, Data>> }
  | { readonly workflow: string; readonly inputs: Readonly<Record<string, Data>> }
  | { readonly goal: string; readonly limits: LimitOverrides };

export interface TaskPlan {
  readonly name: string;
  readonly cron: Cron;
  /** Whose clocks `cron` follows. */
  readonly zone: string;
  /** What becomes of runs whose time passed while nothing ran: one follows, or none. */
  readonly missed: "once" | "skip";
  readonly run: TaskRun;
}

/** A task, as it is written. */
interface TaskEntry {
  readonly cron?: string | undefined;
  readonly zone?: string | undefined;
  readonly missed?: "once" | "skip" | undefined;
  readonly off?: boolean | undefined;
  readonly run?: RunEntry | undefined;
}

interface RunEntry {
  readonly tool?: string | undefined;
  readonly args?: Readonly<Record<string, Data>> | undefined;
  readonly workflow?: string | undefined;
  readonly inputs?: Readonly<Record<string, Data>> | undefined;
  readonly goal?: string | undefined;
  readonly limits?: LimitOverrides | undefined;
}

export interface HeartbeatEntry {
  readonly zone?: string | undefined;
  readonly tasks: Readonly<Record<string, TaskEntry>>;
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const name = z.string().min(1);
const data = z.record(z.string(), z.json());

const cron = z.string().superRefine((text, context) => {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    context.addIssue({ code: "custom", message: `${error.message}. ${error.why ?? ""}`.trim() });
  }
});
const zone = z
  .string()
  .refine(isZone, { error: "no such time zone is known; write one as in Europe/Vienna or UTC" });

const run = z
  .strictObject({
    ...{ tool: name.optional(), args: data.optional() },
    ...{ workflow: name.optional(), inputs: data.optional() },
    ...{ goal: name.optional(), limits: goalLimitsSchema.optional() },
  })
  .superRefine((entry, context) => {
    const message = problemOfRun(entry);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const task = z.strictObject({
  ...{ cron: cron.optional(), zone: zone.optional(), off: z.boolean().optional() },
  ...{ missed: z.enum(["once", "skip"]).optional(), run: run.optional() },
});

export const heartbeatSchema: z.ZodType<HeartbeatEntry> = z.strictObject({
  zone: zone.optional(),
  tasks: z
    .record(z.string().regex(NAME, "a name is lower-case letters, digits and dashes"), task)
    .superRefine((tasks, context) => {
      for (const [key, entry] of Object.entries(tasks)) {
        const message = problemOfTask(key, entry);
        if (message !== undefined) context.addIssue({ code: "custom", message, path: [key] });
      }
    })
    .default({}),
});

function problemOfRun(entry: RunEntry): string | undefined {
  const { tool, args, workflow, inputs, goal, limits } = entry;
  if ([tool, workflow, goal].filter((one) => one !== undefined).length !== 1) {
    return 'name either a tool or a workflow or a goal: run = { workflow = "report" }';
  }
  if (goal === undefined && limits !== undefined) return "limits belong to a goal";
  if (tool === undefined && args !== undefined)
    return "args belong to a tool; a workflow has inputs";
  if (workflow === undefined && inputs !== undefined) {
    return "inputs belong to a workflow; a tool has args";
  }
  return undefined;
}

function problemOfTask(key: string, entry: TaskEntry): string | undefined {
  if (isBuiltIn(key)) {
    return entry.run === undefined
      ? undefined
      : `"${key}" is a built-in task: set its cron, zone, missed or off, or use another name`;
  }
  if (entry.cron === undefined) return 'it has no cron, such as "0 7 * * mon"';
  return entry.run === undefined ? 'it has no run, such as { workflow = "report" }' : undefined;
}

/** All tasks of the home, those that come with org first. @param machineZone of tasks that name none. */
export function taskPlans(
  { zone: homeZone, tasks }: HeartbeatEntry,
  machineZone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone,
): readonly TaskPlan[] {
  const all: readonly (readonly [string, TaskEntry])[] = [
    ...Object.entries(BUILT_IN_TASKS).map(
      ([key, usual]) => [key, { cron: usual, ...tasks[key] }] as const,
    ),
    ...Object.entries(tasks).filter(([key]) => !isBuiltIn(key)),
  ];
  return all.flatMap(([key, entry]) => {
    const done = runOf(key, entry);
    if (entry.off === true || entry.cron === undefined || done === undefined) return [];
    return [
      {
        ...{ name: key, cron: parse(entry.cron), run: done },
        ...{ zone: entry.zone ?? homeZone ?? machineZone, missed: entry.missed ?? "once" },
      },
    ];
  });
}

function runOf(key: string, { run: entry }: TaskEntry): TaskRun | undefined {
  if (isBuiltIn(key)) return { task: key };
  if (entry?.tool !== undefined) return { tool: entry.tool, args: entry.args ?? {} };
  if (entry?.goal !== undefined) return { goal: entry.goal, limits: entry.limits ?? {} };
  if (entry?.workflow === undefined) return undefined;
  return { workflow: entry.workflow, inputs: entry.inputs ?? {} };
}

function isBuiltIn(key: string): key is BuiltInTask {
  return Object.hasOwn(BUILT_IN_TASKS, key);
}
