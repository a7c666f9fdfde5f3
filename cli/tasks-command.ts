import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TaskPlan } from "#home/settings/heartbeat-settings.ts";
import type { TaskRow } from "#home/tasks/task-table.ts";
import { next } from "#platform/schedule/cron.ts";
import { taskRunNow } from "#server/heartbeat/task-scheduler.ts";
import type { JobService } from "#server/jobs/job-service.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

export interface TasksDeps {
  readonly plans: readonly TaskPlan[];
  /** What is written down of a task. */
  readonly rowOf: (name: string) => TaskRow | undefined;
  readonly submit: JobService["submit"];
  readonly output: Pick<Output, "write" | "say">;
  readonly now: () => number;
}

/**
 * `org tasks list|run`.
 *
 * @returns 0.
 * @throws {OrgError} `USAGE`, and as `submit`.
 */
export async function runTasksCommand(line: CommandLine, deps: TasksDeps): Promise<number> {
  const [actionName = "list", name, extra] = line.operands;
  const action = actionNamed("tasks", ["list", "run"] as const, actionName);
  const tooMany = action === "list" ? name : extra;
  if (tooMany !== undefined) throw usage(`Unexpected argument ${echoed(tooMany)}`);
  if (action === "list") return list(line, deps);
  return await runTask(line, deps, name);
}

function list(line: CommandLine, { plans, rowOf, output, now }: TasksDeps): number {
  for (const plan of plans) {
    const row = rowOf(plan.name);
    const { name, cron, zone, missed } = plan;
    const isCounted = row?.cron === cron.text && row.zone === zone;
    const due = next(cron, zone, isCounted ? row.last_due : now());
    const outcome = row?.outcome ?? null;
    const last = outcome === null ? null : (row?.last_due ?? null);
    output.write(
      line.options.has("json")
        ? jsonLine({ name, cron: cron.text, zone, missed, next: due, last, outcome })
        : `${name.padEnd(12)} next ${iso(due)}  ${lastText(last, outcome)}  ${cron.text} ${zone}\n`,
    );
  }
  return EXIT.done;
}

function lastText(last: number | null, outcome: string | null): string {
  return last === null ? "not run yet" : `${outcome} ${iso(last)}`;
}

function iso(at: number): string {
  return new Date(at).toISOString().replace(":00.000Z", "Z");
}

async function runTask(
  line: CommandLine,
  { plans, submit, output, now }: TasksDeps,
  name: string | undefined,
): Promise<number> {
  if (name === undefined) throw usage("Which task?");
  const plan = plans.find((one) => one.name === name);
  if (plan === undefined) {
    const names = plans.map((one) => one.name);
    const near = nearestNames(name, names);
    const suggestions = near.length > 0 ? near : names;
    throw usage(`There is no task ${echoed(name)}`, `there is ${suggestions.join(", ")}`);
  }
  const { id } = await submit(taskRunNow(plan, now()));
  output.write(line.options.has("json") ? jsonLine({ id }) : `${id}\n`);
  output.say(`→ org jobs show ${id}\n`);
  return EXIT.done;
}

function usage(message: string, why?: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    ...(why === undefined ? {} : { why }),
    remedies: ["org tasks", "org help tasks"],
    unchanged: "Nothing was started.",
  });
}
