import { existsSync } from "node:fs";
import { EXIT, OrgError } from "#core/errors.ts";
import { homePaths } from "#home/home-paths.ts";
import { resumeKind } from "#home/paused-kinds.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { describeOwner } from "#platform/owner.ts";
import { remoteJobs, type SharedJobs } from "#server/jobs/jobs-wire.ts";
import { LocalJobs } from "#server/jobs/local-jobs.ts";
import { askOwner, NoOwner } from "#server/socket/owner-client.ts";
import type { CommandContext } from "../context.ts";
import { runJobsCommand } from "../jobs-command.ts";

/** `org jobs`. @returns the exit code. */
export async function jobs(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  const paths = homePaths(settings.home);
  if (!existsSync(paths.queue)) {
    output.say("No job was ever submitted in this home; see docs/jobs.md.\n");
    return EXIT.done;
  }
  await using parts = new AsyncDisposableStack();
  const jobs = await jobsOfHome(context, parts);
  return await runJobsCommand(line, {
    ...{ jobs, cleaner, output, signal },
    resume: (kind) => resumeKind(settings.home, kind),
  });
}

/** Asked of the process that does them, or kept by this one until `parts` is disposed of. */
export async function jobsOfHome(
  context: CommandContext,
  parts: AsyncDisposableStack,
): Promise<SharedJobs> {
  return (await jobsOfOwner(context)) ?? parts.use(await openAlone(context));
}

/** Those of the process that does them; `undefined` while none does. */
async function jobsOfOwner({ settings, signal }: CommandContext): Promise<SharedJobs | undefined> {
  const { socket, ownerRecord } = homePaths(settings.home);
  const owner = () => describeOwner(ownerRecord);
  const shared = remoteJobs(
    (name, body, stop) => askOwner(socket, { name, body }, { signal: stop, owner }),
    signal,
  );
  try {
    await shared.list({ limit: 1 });
    return shared;
  } catch (error) {
    // A room on a screen owns the home, too, and knows nothing of jobs.
    const isOther = error instanceof OrgError && error.code === "HOME_BUSY";
    if (error instanceof NoOwner || isOther) return undefined;
    throw error;
  }
}

/** The queue itself, while no worker runs. @throws {OrgError} `HOME_BUSY` when a worker does after all. */
async function openAlone({ settings, cleaner, output }: CommandContext): Promise<LocalJobs> {
  const { queue, ownerRecord } = homePaths(settings.home);
  const never = () => Promise.reject(new Error("No worker runs here"));
  return await LocalJobs.open({
    handlers: { goal: never, message: never, tool: never, workflow: never, task: never },
    openQueue: (observe) =>
      openSqliteQueue(queue, {
        observe,
        keeping: settings.jobs.keeping,
        owner: () => describeOwner(ownerRecord),
      }),
    ...{ cleaner, workers: 1, log: () => undefined },
    report: (error) => output.say(`${String(error)}\n`),
  });
}
