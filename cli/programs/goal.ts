import { JobsEndpoint } from "#app/jobs.ts";
import { OrgError } from "#core/errors.ts";
import { homePaths } from "#home/home-paths.ts";
import { hasJobs, jobsOfHome, jobsOfOwner } from "#server/jobs/jobs-of-home.ts";
import { ownHome } from "#server/socket/open-home.ts";
import type { CommandContext } from "../context.ts";
import { type GoalDeps, goalRequest, runGoalCommand } from "../goal-command.ts";

/** `org goal`. @returns the exit code. */
export async function goal(context: CommandContext): Promise<number> {
  const { line, output, cleaner, signal } = context;
  const request = goalRequest(line);
  const use = async (jobs: GoalDeps["jobs"]) =>
    await runGoalCommand(line, { jobs, output, cleaner, signal });
  await using parts = new AsyncDisposableStack();
  if (request.kind !== "goal" && !hasJobs(context)) {
    output.say("No goal was ever set in this home; see docs/goals.md.\n");
    return 0;
  }
  if (request.kind !== "goal") return await use(await jobsOfHome(context, parts));
  // Its workers are processes of their own: org serve and org worker, on whatever machine.
  if (context.settings.database !== undefined) return await use(await jobsOfHome(context, parts));
  const served = await jobsOfOwner(context);
  if (served !== undefined) return await use(served);
  if (line.options.has("detach")) throw notServed();
  return await use(await jobsHere(context, parts));
}

/** This process works itself, until `parts` is disposed of: what is not done then goes back into the queue. */
async function jobsHere(
  context: CommandContext,
  parts: AsyncDisposableStack,
): Promise<GoalDeps["jobs"]> {
  const { app, settings, signal } = context;
  const paths = homePaths(settings.home);
  const endpoint = new JobsEndpoint();
  const home = parts.use(
    await ownHome({
      ...{
        paths,
        command: "org goal",
        signal,
        handlers: endpoint.handlers,
        freeze: endpoint.freeze,
      },
      ...app.kept,
      openRoom: async (id, journal) => await (await app.participants()).open(id, journal),
    }),
  );
  // The command itself shows each attempt, as it does for a goal that org serve works on.
  const silent = () => undefined;
  const worker = { workers: 1, see: silent, log: silent };
  const jobs = await endpoint.open(
    { name: "current", context, paths, home, app, ...worker },
    parts,
  );
  if (jobs === undefined) throw new Error("Only a candidate serves, and it works on no jobs");
  parts.use(jobs);
  await jobs.start();
  return jobs;
}

function notServed(): OrgError {
  return new OrgError("No process works on goals", {
    code: "JOB_REFUSED",
    why: "with --detach org serve works on the goal, and org serve does not run",
    remedies: ["org serve --background", "leave --detach out: the command works itself"],
    unchanged: "Nothing was queued.",
  });
}
