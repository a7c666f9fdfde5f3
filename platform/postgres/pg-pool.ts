/** The connections to one server: every call has an end in time, and so has closing them. */
import { SQL } from "bun";
import { bounded } from "./bounded.ts";
import type { DatabaseUrl } from "./database-url.ts";
import { CallTimeout } from "./failures.ts";

/** How long a connection may take to come about, in milliseconds. */
export const CONNECT_MS = 5000;
/** How long closing may take, in milliseconds: with what was cut off it may never end. */
const CLOSE_MS = 2000;

export interface PoolOptions {
  /** What the server calls the connections. */
  readonly application: string;
  /** The schema that names without one mean. */
  readonly schema: string;
  readonly connections: number;
}

/** Values are given as text and cast by the statement: then no number is rounded on its way. */
export type Value = string | null;

export class PgPool {
  readonly server: DatabaseUrl;
  readonly #sql: SQL;

  constructor(server: DatabaseUrl, options: PoolOptions) {
    this.server = server;
    this.#sql = new SQL({ ...connectionOptions(server, options), max: options.connections });
  }

  /**
   * @param deadlineMs longest wait for the answer in milliseconds. No client ends a call whose packets vanish, and what
   *   comes behind it on the connection waits with it: give up the pool then.
   * @throws {CallTimeout}, or what Bun makes of the server's answer.
   */
  async query<Row>(
    text: string,
    values: readonly Value[],
    deadlineMs: number,
  ): Promise<readonly Row[]> {
    return await bounded(
      this.#sql.unsafe<readonly Row[]>(text, [...values]),
      deadlineMs,
      () => new CallTimeout(`no answer within ${deadlineMs} ms`),
    );
  }

  /** Runs statements without values, several in one text, in one transaction. */
  async script(text: string, deadlineMs: number): Promise<void> {
    await bounded(
      this.#sql.begin(async (transaction) => {
        await transaction.unsafe(text).simple();
      }),
      deadlineMs,
      () => new CallTimeout(`no answer within ${deadlineMs} ms`),
    );
  }

  /** A connection of its own, for what belongs to one: a lock of the session. */
  async reserve(): Promise<Bun.ReservedSQL> {
    return await this.#sql.reserve();
  }

  /** Ends at the latest after two seconds. @param graceMs how long calls that run may go on. */
  async close(graceMs: number): Promise<void> {
    await closeWithin(this.#sql, graceMs);
  }
}

/** Ends at the latest after two seconds, whatever the network does. */
export async function closeWithin(sql: SQL, graceMs: number): Promise<void> {
  const closing = sql.close({ timeout: graceMs / 1000 }).catch(() => undefined);
  await bounded(closing, CLOSE_MS, () => new CallTimeout("the connections do not close")).catch(
    () => undefined,
  );
}

/** Every option is set: Bun reads an absent one from the environment. */
export function connectionOptions(
  server: DatabaseUrl,
  { application, schema }: Omit<PoolOptions, "connections">,
): SQL.Options {
  const { hostname, port, username, password, database } = server;
  return {
    ...{ adapter: "postgres", hostname, port, username, password, database },
    tls: tlsOf(server),
    connectionTimeout: CONNECT_MS / 1000,
    connection: {
      application_name: application,
      search_path: schema,
      // A node that is cut off must not hold the rows of a room, nor a server wait for a client that is gone.
      statement_timeout: "30s",
      lock_timeout: "5s",
      idle_in_transaction_session_timeout: "10s",
      tcp_user_timeout: "10s",
      client_connection_check_interval: "1s",
      // The lock of a node whose machine is gone ends within half a minute, not after two hours.
      tcp_keepalives_idle: "10s",
      tcp_keepalives_interval: "5s",
      tcp_keepalives_count: 3,
    },
  };
}

function tlsOf({ tls, rootCertificate }: DatabaseUrl): SQL.PostgresOrMySQLOptions["tls"] {
  return rootCertificate === undefined ? tls : { ca: Bun.file(rootCertificate) };
}
