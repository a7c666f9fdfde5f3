/** The jobs that several machines share. Loaded by those alone that have a database for it. */
import { explain, type OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import { createHome } from "#home/home-paths.ts";
import { pausedKinds } from "#home/paused-kinds.ts";
import { takeNodeName } from "#home/postgres/node-name.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import type { Settings } from "#home/settings/settings.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { kindsOfRoles, type WorkerRole } from "#server/jobs/job-kinds.ts";
import { LocalJobs, type LocalJobsOptions } from "#server/jobs/local-jobs.ts";
import type { AppContext, AppParts } from "./context.ts";
import { jobHandlersOf } from "./job-handlers.ts";
import type { Participants } from "./rooms.ts";

/** Each job that is taken asks how many wait; how many have ended is only shown, in figures and on pages. */
const ENDED_FOR_MS = 5000;

export interface SharedContext {
  /** This machine among the others. */
  readonly node: string;
  /** Of goals: another machine goes on where one was ended. */
  readonly journal: Journal;
  readonly openQueue: LocalJobsOptions["openQueue"];
}

interface Sharing {
  readonly settings: Pick<Settings, "database" | "jobs">;
  readonly client: PgClient;
  /** Called when another process has taken the name of this node: this one must end. */
  readonly onLost: (error: OrgError) => void;
}

/**
 * Takes the name of this node for this process, until `parts` is disposed of.
 *
 * @throws {OrgError} `NODE_TWICE` while another process has it; as `PgClient.query` does.
 */
export async function shareJobs(
  { settings: { database, jobs }, client, onLost }: Sharing,
  parts: AsyncDisposableStack,
): Promise<SharedContext> {
  if (database === undefined) throw new Error("There is a client of a database without settings");
  const { node } = database;
  parts.use(await takeNodeName({ client, node, onLost }));
  const journal = parts.use(await openPgJournal({ client }));
  const { keeping } = jobs;
  const about = { client, node, keeping, endedForMs: ENDED_FOR_MS };
  return { node, journal, openQueue: (observe) => openPgQueue({ ...about, observe }) };
}

export interface WorkerOptions {
  readonly context: AppContext;
  readonly app: AppParts & { participants(): Promise<Participants> };
  readonly client: PgClient;
  readonly roles: readonly WorkerRole[];
  /** How many jobs may run at once, 1 to 64. */
  readonly workers: number;
  readonly onLost: Sharing["onLost"];
}

/**
 * Works on jobs of other machines, in a home of which it owns nothing.
 *
 * @returns the jobs, not begun.
 * @throws {OrgError} as {@link shareJobs} does.
 */
export async function openWorker(
  { context, app, client, roles, workers, onLost }: WorkerOptions,
  parts: AsyncDisposableStack,
): Promise<LocalJobs> {
  const { settings, cleaner, output } = context;
  await createHome(app.paths);
  const { node, journal, openQueue } = await shareJobs({ settings, client, onLost }, parts);
  const say = (text: string): void => output.say(`${cleaner.clean(text)}\n`);
  let worker: LocalJobs | undefined;
  const handlers = jobHandlersOf(
    {
      ...{ paths: app.paths, app, see: () => undefined },
      home: { journal, service: undefined },
      jobs: () => {
        if (worker === undefined) throw new Error("A job runs before its worker is open");
        return worker;
      },
    },
    parts,
  );
  worker = await LocalJobs.open({
    ...{ handlers, cleaner, workers, node, openQueue, kinds: kindsOfRoles(roles) },
    paused: () => pausedKinds(app.paths.root),
    log: say,
    report: (error) => say(explain(error, true)),
  });
  return worker;
}
