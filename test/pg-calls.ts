/** What our engines ask of PostgreSQL, asked through `pg`: what only one client understands would be no contract. */
import { Client, Pool } from "pg";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { databaseFailed } from "#platform/postgres/failures.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";

/** Asks nothing again: it is for servers that are well. */
export function throughPg(url: string, schema: string): PgCalls & AsyncDisposable {
  const [server] = readDatabaseUrls(url, "the test");
  if (server === undefined) throw new Error("There is no server");
  const how = { connectionString: url, options: `-c search_path=${schema}` };
  const pool = new Pool({ ...how, max: 4 });
  return {
    schema,
    serverName: async () => server.name,
    query: async <Row>(text: string, values: readonly (string | null)[] = []) => {
      try {
        const { rows } = await pool.query<Row & object>(text, [...values]);
        return rows;
      } catch (error) {
        // Each client has a name of its own for the same five characters.
        const state: unknown = Reflect.get(Object(error), "code");
        throw databaseFailed(server, Object.assign(Object(error), { errno: state }));
      }
    },
    listen: (channel, { onNotify, onListen }) => {
      const client = new Client(how);
      client.on("notification", ({ payload = "" }) => onNotify(payload));
      const listening = client
        .connect()
        .then(() => client.query(`listen "${channel}"`))
        .then(onListen);
      return {
        [Symbol.asyncDispose]: async () => {
          await listening;
          await client.end();
        },
      };
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
