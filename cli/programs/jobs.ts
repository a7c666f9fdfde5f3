import { EXIT } from "#core/error-codes.ts";
import { resumeKind } from "#home/paused-kinds.ts";
import { hasJobs, jobsOfHome } from "#server/jobs/jobs-of-home.ts";
import type { CommandContext } from "../context.ts";
import { runJobsCommand } from "../jobs-command.ts";

/** `org jobs`. @returns the exit code. */
export async function jobs(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  if (!hasJobs(context)) {
    output.say("No job was ever submitted in this home; see docs/jobs.md.\n");
    return EXIT.done;
  }
  await using parts = new AsyncDisposableStack();
  const jobs = await jobsOfHome({ ...context, say: output.say }, parts);
  return await runJobsCommand(line, {
    ...{ jobs, cleaner, output, signal },
    resume: (kind) => resumeKind(settings.home, kind),
  });
}
