/** Brings what a home keeps into the database that several machines share, or back. */
import { OrgError } from "#core/errors.ts";
import { demandSchema } from "#platform/postgres/migrations.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { createHome, type HomePaths } from "../home-paths.ts";
import { kindAlone, kindAmong } from "../queue/one-machine.ts";
import type { DatabaseSettings } from "../settings/database-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { beginCopy, finishCopy } from "../unfinished-copy.ts";
import {
  CREDENTIALS,
  copyNoncesFrom,
  copyNoncesTo,
  credentialsOfDatabase,
  openCredentialFile,
} from "./copy/credentials.ts";
import { openJobFile } from "./copy/job-file.ts";
import { forgottenByDatabase, JOBS, jobsOfDatabase, type StoredKinds } from "./copy/jobs.ts";
import { type CopySteps, copyRows, digestRows, type RowDigest } from "./copy/kept-rows.ts";
import { LEASES, leasesOfDatabase, openLeaseFile } from "./copy/leases.ts";
import { openSpendingFile, SPENDING, spendingOfDatabase } from "./copy/spending.ts";
import { beginDatabase, demandWholeDatabase, finishDatabase } from "./copy/unfinished.ts";
import {
  copyJournal,
  demandBeginning,
  digestJournal,
  importIntoPostgres,
  type JournalDigest,
  openImportFile,
} from "./copy-journal.ts";
import { openDatabase, required } from "./home-database.ts";
import { MIGRATIONS } from "./migrations.ts";
import { takeNodeName } from "./node-name.ts";
import { openPgJournal } from "./pg-journal.ts";
import { type DatabaseState, databaseState } from "./standby.ts";

/** What both sides have. */
export interface CopyReport extends JournalDigest {
  /** Jobs, what was spent, leases, tokens and keys. */
  readonly kept: readonly RowDigest[];
}

/** What `org db check` tells. */
export interface DatabaseReport extends DatabaseState, CopyReport {}

/** Reads all of it. @throws {OrgError} `JOURNAL_CORRUPT` where the numbers of a room have a gap. */
export async function checkDatabase(settings: Settings): Promise<DatabaseReport> {
  const database = required(settings);
  await using client = await openDatabase(database);
  await using journal = await openPgJournal({ client });
  const kept = [
    await digestRows(JOBS, jobsOfDatabase(client, database.node, kindsAt(database))),
    await digestRows(SPENDING, spendingOfDatabase(client)),
    await digestRows(LEASES, leasesOfDatabase(client)),
    await digestRows(CREDENTIALS, credentialsOfDatabase(client)),
  ];
  return { ...(await databaseState(client)), ...(await digestJournal(journal)), kept };
}

/**
 * Brings what a home has into the database, while no process has the home and no node the database. Can be done again
 * after it was cut off; until it is done, no node opens the database.
 *
 * @throws {OrgError} `HOME_BUSY`; `INPUT_INVALID` where the database has more than a beginning of it.
 */
export async function copyToDatabase(settings: Settings, paths: HomePaths): Promise<CopyReport> {
  const database = required(settings);
  await using parts = new AsyncDisposableStack();
  const { client, file, shared } = await openBoth(database, paths, parts);
  using credentials = openCredentialFile(paths);
  const steps = [
    copyRows({
      sort: JOBS,
      from: parts.use(await openJobFile(paths.queue)),
      to: jobsOfDatabase(client, database.node, kindsAt(database)),
    }),
    copyRows({
      sort: SPENDING,
      from: parts.use(openSpendingFile(paths.spending)),
      to: spendingOfDatabase(client),
    }),
    copyRows({ sort: LEASES, from: parts.use(openLeaseFile(paths)), to: leasesOfDatabase(client) }),
    copyRows({ sort: CREDENTIALS, from: credentials, to: credentialsOfDatabase(client) }),
  ];
  await demandBeginning(file.journal, shared);
  for (const { check } of steps) await check();
  await beginDatabase(client, database.node);
  const copied = await copyJournal(file.journal, shared, importIntoPostgres(client));
  const kept = await written(steps);
  await copyNoncesTo(client, paths);
  await credentials.share();
  await finishDatabase(client);
  return { ...copied, kept };
}

/** The way back. @throws {OrgError} as {@link copyToDatabase} does. */
export async function copyFromDatabase(settings: Settings, paths: HomePaths): Promise<CopyReport> {
  const database = required(settings);
  await using parts = new AsyncDisposableStack();
  const { client, file, shared } = await openBoth(database, paths, parts);
  await demandWholeDatabase(client);
  using credentials = openCredentialFile(paths);
  const steps = [
    copyRows({
      sort: JOBS,
      from: jobsOfDatabase(client, database.node, kindsAt(database)),
      to: parts.use(await openJobFile(paths.queue)),
      forgotten: (rows) => forgottenByDatabase(client, rows),
    }),
    copyRows({
      sort: SPENDING,
      from: spendingOfDatabase(client),
      to: parts.use(openSpendingFile(paths.spending)),
    }),
    copyRows({ sort: LEASES, from: leasesOfDatabase(client), to: parts.use(openLeaseFile(paths)) }),
    copyRows({
      ...{ sort: CREDENTIALS, from: credentialsOfDatabase(client), to: credentials },
      forgotten: credentials.forgotten,
    }),
  ];
  await demandBeginning(shared, file.journal);
  for (const { check } of steps) await check();
  await beginCopy(paths);
  const copied = await copyJournal(shared, file.journal, file.take);
  const kept = await written(steps);
  await copyNoncesFrom(client, paths);
  await finishCopy(paths);
  return { ...copied, kept };
}

/** What this machine alone can do is its own again when it comes back to it. */
function kindsAt({ node }: DatabaseSettings): StoredKinds {
  return { ofHome: (kind) => kindAlone(kind, node), ofDatabase: (kind) => kindAmong(kind, node) };
}

async function written(steps: readonly CopySteps[]): Promise<readonly RowDigest[]> {
  const kept: RowDigest[] = [];
  for (const { write, verify } of steps) {
    await write();
    kept.push(await verify());
  }
  return kept;
}

async function openBoth(
  { servers, node }: DatabaseSettings,
  paths: HomePaths,
  parts: AsyncDisposableStack,
) {
  await createHome(paths);
  const application = `org copy of ${node}`;
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const client = parts.use(await PgClient.open({ servers, application }));
  await demandSchema(client, MIGRATIONS);
  parts.use(await takeNodeName({ client, node, scope: "rooms", onLost: () => undefined }));
  await demandQuiet(client, application);
  const file = await openImportFile(paths.journal);
  parts.use(file.journal);
  return { client, file, shared: parts.use(await openPgJournal({ client })) };
}

/** How long the connections of a process that has just ended may be there, in milliseconds. */
const PATIENCE_MS = 3000;
const AGAIN_MS = 100;

/** @throws {OrgError} `HOME_BUSY` while a node has the database: what it does meanwhile would be copied by half. */
async function demandQuiet(client: PgClient, application: string): Promise<void> {
  for (const until = performance.now() + PATIENCE_MS; ; await Bun.sleep(AGAIN_MS)) {
    const others = await client.query<{ readonly name: string }>(
      `select distinct substr(application_name, 5) as name from pg_stat_activity
       where datname = current_database() and application_name like 'org %' and application_name <> $1::text
       order by name`,
      [application],
    );
    if (others.length === 0) return;
    if (performance.now() < until) continue;
    throw new OrgError(`Nodes use the database at ${await client.serverName()}`, {
      code: "HOME_BUSY",
      why: `connected: ${others
        .map(({ name }) => JSON.stringify(name))
        .slice(0, 8)
        .join(", ")}`,
      remedies: ["end them, and copy then"],
      unchanged: "Nothing was copied.",
    });
  }
}
