import { existsSync } from "node:fs";
import { workflowTools } from "#app/home-tools.ts";
import { checkSettings } from "#app/rooms.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { RunStore } from "#tools/workflow/run-store.ts";
import type { CommandContext } from "../context.ts";
import { runWorkflowCommand } from "../workflow-command.ts";

/** `org workflow`. @returns the exit code. */
export async function workflow(context: CommandContext): Promise<number> {
  const { app, line, settings, cleaner, output, signal } = context;
  const paths = homePaths(settings.home);
  return await runWorkflowCommand(line, {
    ...{ output, cleaner, signal },
    folder: paths.workflows,
    locks: paths.workflowLocks,
    tools: async (yes) => {
      checkSettings(settings);
      await createHome(paths);
      return await workflowTools(app, { yes });
    },
    openRuns: async (create) => {
      if (!create && !existsSync(paths.workflowRuns)) return undefined;
      await createHome(paths);
      return new RunStore(paths.workflowRuns);
    },
  });
}
