import { existsSync } from "node:fs";
import { createHome, homePaths } from "#home/home-paths.ts";
import { TaskTable } from "#home/tasks/task-table.ts";
import { jobsOfHome } from "#server/jobs/jobs-of-home.ts";
import type { CommandContext } from "../context.ts";
import { runTasksCommand } from "../tasks-command.ts";

/** `org tasks`. @returns the exit code. */
export async function tasks(context: CommandContext): Promise<number> {
  const { line, settings, output } = context;
  const paths = homePaths(settings.home);
  using table = existsSync(paths.tasks) ? new TaskTable(paths.tasks) : undefined;
  await using parts = new AsyncDisposableStack();
  return await runTasksCommand(line, {
    ...{ plans: settings.tasks, output, now: Date.now },
    rowOf: (name) => table?.get(name),
    submit: async (request) => {
      await createHome(paths);
      return await (await jobsOfHome(context, parts)).submit(request);
    },
  });
}
