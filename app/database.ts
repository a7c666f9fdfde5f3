/** The database that several machines share: opened here and nowhere else. */
import { MIGRATIONS } from "#home/postgres/migrations.ts";
import type { DatabaseSettings } from "#home/settings/database-settings.ts";
import { demandSchema } from "#platform/postgres/migrations.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";

/**
 * Connects to the server of ORG_DB that takes writes, and looks at its tables.
 *
 * @throws {OrgError} `DATABASE_UNREACHABLE`, `DATABASE_REFUSED`, `DATABASE_READ_ONLY`; `DATABASE_OLD` or `DATABASE_NEW`
 *   unless the tables are those that we know.
 */
export async function openDatabase({ servers, node }: DatabaseSettings): Promise<PgClient> {
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const client = await PgClient.open({ servers, application: `org ${node}` });
  try {
    await demandSchema(client, MIGRATIONS);
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}
