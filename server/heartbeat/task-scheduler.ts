/** Hands the tasks of a home to its jobs when they are due: each time once, whatever the clock does. */
import { OrgError } from "#core/errors.ts";
import type { Health } from "#home/health-file.ts";
import type { TaskPlan } from "#home/settings/heartbeat-settings.ts";
import type { TaskOutcome, TaskRow, TaskTable } from "#home/tasks/task-table.ts";
import { next } from "#platform/schedule/cron.ts";
import type { JobRequest, JobService, JobWork } from "../jobs/job-service.ts";
import { jitterMs, latestDue } from "./due.ts";

export interface TaskSchedulerOptions {
  /** ORG_HOME; tasks of two homes do not begin at the same second. */
  readonly home: string;
  readonly plans: readonly TaskPlan[];
  readonly table: TaskTable;
  readonly jobs: Pick<JobService, "submit" | "get" | "node">;
  /** Told of a task that could not be handed over; it is tried again at the next beat. */
  readonly report: (error: unknown) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** A task with `missed = "skip"` that begins so much later than it should have is left out, in milliseconds. */
const LATE_MS = 60_000;
/** A clock that was further ahead than this was wrong: tasks do not wait until it is there again. In milliseconds. */
const AHEAD_MS = 2 * 86_400_000;

export class TaskScheduler {
  readonly #options: TaskSchedulerOptions;
  readonly #now: () => number;

  constructor(options: TaskSchedulerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Looks at every task once. Resolves when what is due is on disk as a job. */
  async beat(): Promise<Health["tasks"]> {
    const tasks: Record<string, Health["tasks"][string]> = {};
    for (const plan of this.#options.plans) {
      const row = await this.#look(plan).catch((error: unknown) => {
        this.#options.report(error);
        return this.#options.table.get(plan.name);
      });
      if (row !== undefined) tasks[plan.name] = healthOf(plan, row);
    }
    return tasks;
  }

  async #look(plan: TaskPlan): Promise<TaskRow> {
    const { table, home } = this.#options;
    const now = this.#now();
    const row = await this.#settled(this.#rowOf(plan, now));
    // The one before it runs still: this one follows, once, when that has ended.
    if (row.outcome === "running") return row;
    const late = jitterMs(home, plan.name);
    const span = { after: row.last_due, until: now - late };
    const due = latestDue(plan.cron, plan.zone, span);
    if (due === undefined) return row;
    if (plan.missed === "skip" && now - due - late > LATE_MS) {
      return put(table, { ...row, last_due: due, outcome: "skipped" });
    }
    // The job first: killed between the two, the next beat asks for the same job again.
    await this.#submit(plan, due);
    return put(table, { ...row, last_due: due, outcome: "running" });
  }

  async #submit(plan: TaskPlan, due: number): Promise<void> {
    const requestId = this.#jobId(plan.name, due);
    try {
      await this.#options.jobs.submit({ work: workOfTask(plan), requestId });
    } catch (error) {
      // What it does was changed since it was handed over: it runs as it was.
      if (!(error instanceof OrgError) || error.code !== "JOB_CONFLICT") throw error;
    }
  }

  /** A task that is new, or has another schedule by now, counts from now on. */
  #rowOf({ name, cron, zone }: TaskPlan, now: number): TaskRow {
    const { table } = this.#options;
    const row = table.get(name);
    const isSame = row?.cron === cron.text && row.zone === zone;
    if (row !== undefined && isSame && row.last_due <= now + AHEAD_MS) return row;
    const fresh = { last_end: row?.last_end ?? null, outcome: row?.outcome ?? null };
    return put(table, { name, cron: cron.text, zone, last_due: now, ...fresh });
  }

  /** The row, with what became of the job that runs by it. */
  async #settled(row: TaskRow): Promise<TaskRow> {
    if (row.outcome !== "running") return row;
    const { state, changedAt } = await this.#jobOf(row);
    if (state === "queued" || state === "running") return row;
    const outcome: TaskOutcome = state === "done" ? "done" : "failed";
    return put(this.#options.table, { ...row, outcome, last_end: changedAt });
  }

  /** Names the run of a task at one time, so that the queue takes it once; each machine does those of its own home. */
  #jobId(name: string, due: number): string {
    const { node } = this.#options.jobs;
    const own = node === undefined ? name : `${node}:${name}`;
    return `task:${own}:${new Date(due).toISOString().slice(0, 16)}Z`;
  }

  async #jobOf({
    name,
    last_due: due,
  }: TaskRow): Promise<{ readonly state: string; readonly changedAt: number }> {
    try {
      return await this.#options.jobs.get(this.#jobId(name, due));
    } catch (error) {
      const isGone = error instanceof OrgError && error.code === "JOB_UNKNOWN";
      // Cleared away, as ended jobs are; or another schedule began meanwhile.
      if (isGone) return { state: "done", changedAt: due };
      throw error;
    }
  }
}

/** A run that a person asks for, another one than that which is due. */
export function taskRunNow(plan: TaskPlan, now: number): JobRequest {
  return { work: workOfTask(plan), requestId: `task:${plan.name}:${new Date(now).toISOString()}` };
}

function workOfTask({ run }: TaskPlan): JobWork {
  if ("task" in run) return { kind: "task", ...run };
  if ("goal" in run) return { kind: "goal", text: run.goal, limits: run.limits };
  return "tool" in run ? { kind: "tool", ...run } : { kind: "workflow", ...run };
}

function put(table: TaskTable, row: TaskRow): TaskRow {
  table.put(row);
  return row;
}

function healthOf({ cron, zone }: TaskPlan, row: TaskRow): Health["tasks"][string] {
  const last = row.outcome === null ? null : row.last_due;
  return { next: next(cron, zone, row.last_due), last, outcome: row.outcome };
}
