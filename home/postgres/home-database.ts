/** The database of a home that several machines share: connected to here and nowhere else. */
import { OrgError } from "#core/errors.ts";
import { demandSchema, migrate } from "#platform/postgres/migrations.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import type { DatabaseSettings } from "../settings/database-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { demandWholeDatabase } from "./copy/unfinished.ts";
import { MIGRATIONS } from "./migrations.ts";

/**
 * Connects to the server of ORG_DB that takes writes, and looks at its tables.
 *
 * @throws {OrgError} `DATABASE_UNREACHABLE`, `DATABASE_REFUSED`, `DATABASE_READ_ONLY`; `DATABASE_OLD` or `DATABASE_NEW`
 *   unless the tables are those that we know; `COPY_UNFINISHED`.
 */
export async function openDatabase({ servers, node }: DatabaseSettings): Promise<PgClient> {
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const client = await connect({ servers, node });
  try {
    await demandSchema(client, MIGRATIONS);
    await demandWholeDatabase(client);
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Makes the tables, or brings them to this version.
 *
 * @returns the steps that were taken.
 * @throws {OrgError} `CONFIG_INVALID` without a database; `DATABASE_NEW`, and as {@link openDatabase} does.
 */
export async function initDatabase(settings: Settings): Promise<readonly string[]> {
  await using client = await connect(required(settings));
  return await migrate(client, MIGRATIONS);
}

async function connect({ servers, node }: DatabaseSettings): Promise<PgClient> {
  return await PgClient.open({ servers, application: `org ${node}` });
}

/** @throws {OrgError} `CONFIG_INVALID` where the home has no database. */
export function required({ database }: Settings): DatabaseSettings {
  if (database !== undefined) return database;
  throw new OrgError("No database is named", {
    code: "CONFIG_INVALID",
    why: "neither ORG_DB nor [database] in org.config names one, so this home stores everything itself",
    remedies: ["ORG_DB=postgres://USER:PASSWORD@HOST/DATABASE org db init"],
    unchanged: "Nothing was changed.",
  });
}
