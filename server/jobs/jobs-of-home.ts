/** The jobs of a home, for a look: asked of the process that does them, or read where none does. */
import { existsSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import type { DatabaseSettings } from "#home/settings/database-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { describeOwner } from "#platform/owner.ts";
import { askOwner, NoOwner } from "../socket/owner-client.ts";
import { jobText } from "./job-text.ts";
import { remoteJobs, type SharedJobs } from "./jobs-wire.ts";
import { LocalJobs, type LocalJobsOptions } from "./local-jobs.ts";

export interface JobsLook {
  readonly settings: Settings;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** Told of what went wrong beside what was asked for. @default it is not told */
  readonly say?: ((text: string) => void) | undefined;
}

/** Whether a job was ever submitted. */
export function hasJobs({ settings }: Pick<JobsLook, "settings">): boolean {
  return settings.database !== undefined || existsSync(homePaths(settings.home).queue);
}

/** Asked of the process that does them, or kept by this one until `parts` is disposed of. @throws {OrgError} `HOME_BUSY` */
export async function jobsOfHome(
  look: JobsLook,
  parts: Pick<AsyncDisposableStack, "use">,
): Promise<SharedJobs> {
  const { database } = look.settings;
  if (database !== undefined) return await openShared(look, database, parts);
  return (await jobsOfOwner(look)) ?? parts.use(await openAlone(look));
}

/** Those of the process that does them; `undefined` while none does. */
export async function jobsOfOwner({ settings, signal }: JobsLook): Promise<SharedJobs | undefined> {
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
async function openAlone(look: JobsLook): Promise<LocalJobs> {
  const { home, jobs } = look.settings;
  const { queue, ownerRecord } = homePaths(home);
  return await LocalJobs.open({
    ...withoutWorkers(look),
    openQueue: (observe) =>
      openSqliteQueue(queue, {
        observe,
        keeping: jobs.keeping,
        owner: () => describeOwner(ownerRecord),
      }),
  });
}

/** The queue of several machines, of which others may have workers. */
async function openShared(
  look: JobsLook,
  database: DatabaseSettings,
  parts: Pick<AsyncDisposableStack, "use">,
): Promise<LocalJobs> {
  const [{ openDatabase }, { openPgQueue }] = await Promise.all([
    import("#home/postgres/home-database.ts"),
    import("#home/postgres/pg-queue.ts"),
  ]);
  const client = parts.use(await openDatabase(database));
  const { node } = database;
  const { keeping } = look.settings.jobs;
  const jobs = await LocalJobs.open({
    ...withoutWorkers(look),
    node,
    openQueue: (observe) => openPgQueue({ client, node, keeping, observe }),
  });
  return parts.use(jobs);
}

function withoutWorkers({ cleaner, say }: JobsLook): Omit<LocalJobsOptions, "openQueue"> {
  const never = () => Promise.reject(new Error("No worker runs here"));
  return {
    handlers: { goal: never, message: never, tool: never, workflow: never, task: never },
    ...{ cleaner, workers: 1, log: () => undefined },
    report: (error) => say?.(`${String(error)}\n`),
  };
}

const MAX_LISTED = 20;

/** The newest jobs, a row each; not clean. @throws {OrgError} `HOME_BUSY` while another process has the queue. */
export async function newestJobs(look: JobsLook): Promise<string> {
  if (!hasJobs(look)) return "No job was ever submitted in this home.";
  await using parts = new AsyncDisposableStack();
  const { jobs, next } = await (await jobsOfHome(look, parts)).list({ limit: MAX_LISTED });
  if (jobs.length === 0) return "There are no jobs.";
  return [...jobs.map(jobText), ...(next === undefined ? [] : ["… and more: org jobs"])].join("\n");
}
