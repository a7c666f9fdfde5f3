/** Numbered steps from an empty schema to the one that this program knows; there is no way back. */
import { OrgError } from "#core/errors.ts";
import type { PgCalls, PgClient } from "./pg-client.ts";

/** One step; its number is its position in the list, from 1. Once released it is never changed. */
export interface Migration {
  /** A short description. */
  readonly name: string;
  readonly sql: () => Promise<string>;
}

/** Longest time for one step in milliseconds: it may have to rewrite a table. */
const STEP_MS = 30 * 60_000;
/** Of the lock of the process that migrates; any number that no other program uses. */
const LOCK = 7_311_206_155;

/** @returns how many steps have been taken; 0 where there are no tables yet. */
async function schemaVersion(client: PgCalls): Promise<number> {
  const found = await client.query<{ isPresent: boolean }>(
    `select to_regclass($1::text) is not null as "isPresent"`,
    [`${client.schema}.migration`],
  );
  if (found[0]?.isPresent !== true) return 0;
  const [row] = await client.query<{ version: string | null }>(
    "select max(version)::text as version from migration",
  );
  return Number(row?.version ?? 0);
}

/**
 * Takes the steps that are missing, each in a transaction of its own.
 *
 * @returns the names of those that were taken.
 * @throws {OrgError} `DATABASE_NEW` when the database knows more steps than we do; as {@link PgClient.query} does.
 */
export async function migrate(
  client: PgClient,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const applied: string[] = [];
  for (let version = await schemaVersion(client); ; version += 1) {
    if (version > migrations.length) throw await tooNew(client, version, migrations.length);
    const next = migrations[version];
    if (next === undefined) return applied;
    await client.script(step(client.schema, version + 1, await next.sql()), STEP_MS);
    // Another node may have been faster: then the step has found it done, and changed nothing.
    applied.push(next.name);
  }
}

/** @throws {OrgError} `DATABASE_OLD` or `DATABASE_NEW` unless the database has exactly the steps that we know. */
export async function demandSchema(
  client: PgCalls,
  migrations: readonly Migration[],
): Promise<void> {
  const version = await schemaVersion(client);
  if (version > migrations.length) throw await tooNew(client, version, migrations.length);
  if (version === migrations.length) return;
  const what = version === 0 ? "has no tables of org yet" : "has tables of an older org";
  throw new OrgError(`The database at ${await client.serverName()} ${what}`, {
    code: "DATABASE_OLD",
    why: `its schema "${client.schema}" has version ${version}; this org needs ${migrations.length}`,
    remedies: ["org db init   # once, when no node of an older version runs any more"],
    unchanged: "Nothing was written.",
  });
}

async function tooNew(client: PgCalls, found: number, supported: number): Promise<OrgError> {
  return new OrgError(
    `The database at ${await client.serverName()} was made by a newer version of org`,
    {
      code: "DATABASE_NEW",
      why: `its schema "${client.schema}" has version ${found}; this org supports ${supported}`,
      remedies: ["use the version of org that made it, or a later one"],
      unchanged: "Nothing was written.",
    },
  );
}

/** One transaction: of two nodes that come at once, the second one waits and then does nothing. */
function step(schema: string, version: number, sql: string): string {
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  return `
    set local lock_timeout = 0;
    set local statement_timeout = 0;
    select pg_advisory_xact_lock(${LOCK});
    create schema if not exists ${quoted};
    create table if not exists ${quoted}.migration (
      version int primary key,
      at timestamptz not null default clock_timestamp()
    );
    do $migration$
    begin
      if exists (select from ${quoted}.migration where version = ${version}) then return; end if;
      execute $step$${sql}$step$;
      insert into ${quoted}.migration (version) values (${version});
    end
    $migration$;
  `;
}
