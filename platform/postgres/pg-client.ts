/** PostgreSQL as a home uses it: the server that takes writes is found, and what may pass is asked again. */
import type { DatabaseUrl } from "./database-url.ts";
import {
  type Attempt,
  CallTimeout,
  databaseFailed,
  databaseIsEnding,
  databaseRefused,
  mayPass,
  noServer,
  readOnly,
  wantsAnotherServer,
} from "./failures.ts";
import { type Listeners, PgListening } from "./pg-listening.ts";
import { CONNECT_MS, PgPool, type PoolOptions, type Value } from "./pg-pool.ts";

export interface PgClientOptions {
  /** Servers of the same data, in the order in which they are tried. */
  readonly servers: readonly DatabaseUrl[];
  /** What the server calls the connections. @default "org" */
  readonly application?: string;
  /** The schema that holds the tables. @default "org" */
  readonly schema?: string;
  /** Most connections at once. @default 4 */
  readonly connections?: number;
  /** Longest wait for one answer in milliseconds. @default 10,000 */
  readonly deadlineMs?: number;
  /** How long a call is asked again while the server is away, in milliseconds. @default 30,000 */
  readonly patienceMs?: number;
}

/** What the engines ask of a client: any that does the same will do. */
export type PgCalls = Pick<PgClient, "schema" | "serverName" | "query" | "listen">;

/** First and longest pause before a call is asked again, in milliseconds. */
const PAUSE_MS = { first: 20, longest: 1000 } as const;
/** How long calls may go on that run on a server which another one replaces, in milliseconds. */
const GRACE_MS = 1000;
/** The oldest server that knows what we use. */
const OLDEST_VERSION = 150_000;

interface Probe {
  readonly recovering: boolean;
  readonly readonly: string;
  readonly version: string;
}

export class PgClient implements AsyncDisposable {
  readonly schema: string;
  readonly #servers: readonly DatabaseUrl[];
  readonly #pooling: PoolOptions;
  readonly #deadlineMs: number;
  readonly #patienceMs: number;
  readonly #listening: PgListening;
  #pool: Promise<PgPool> | undefined;
  #closed: boolean = false;
  /** Calls that were asked again. */
  retried: number = 0;

  private constructor({ servers, ...options }: PgClientOptions) {
    const { application = "org", schema = "org", connections = 4 } = options;
    this.schema = schema;
    this.#servers = servers;
    this.#pooling = { application, schema, connections };
    this.#listening = new PgListening({
      pooling: this.#pooling,
      server: async () => (await this.#connected()).server,
    });
    this.#deadlineMs = options.deadlineMs ?? 10_000;
    this.#patienceMs = options.patienceMs ?? 30_000;
  }

  /**
   * Connects to the first server of the list that takes writes; not more than once to each.
   *
   * @throws {OrgError} `DATABASE_UNREACHABLE` when there is none, `DATABASE_REFUSED` when it does not let us in.
   */
  static async open(options: PgClientOptions): Promise<PgClient> {
    const client = new PgClient(options);
    await client.#connected();
    return client;
  }

  /** The server that is used at the moment, to show: "HOST:PORT/DATABASE". */
  async serverName(): Promise<string> {
    return (await this.#connected()).server.name;
  }

  /**
   * Asks until there is an answer, as long as what is in the way may pass. Give a statement that may be done twice, or
   * one that knows itself by the id of its batch: after a cut it is open whether it was done.
   *
   * @param values cast them in the text: `$1::text::bigint`.
   * @throws {OrgError} `DATABASE_UNREACHABLE` after `patienceMs`, `DATABASE_REFUSED`, `DATABASE_FAILED`.
   */
  async query<Row>(text: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return await this.#patiently((pool) => pool.query<Row>(text, values, this.#deadlineMs));
  }

  /**
   * Runs several statements in one transaction, once: a migration. They may take `deadlineMs`.
   *
   * @throws {OrgError} as {@link query} does
   */
  async script(text: string, deadlineMs: number): Promise<void> {
    const pool = await this.#connected();
    try {
      await pool.script(text, deadlineMs);
    } catch (error) {
      throw databaseFailed(pool.server, error);
    }
  }

  /**
   * Hears what is notified on a channel, on one connection for all channels. A notification may be lost, so it is a reason to look and nothing more;
   * `onListen` is called at every beginning, when something may have been missed.
   */
  listen(channel: string, listeners: Listeners): AsyncDisposable {
    return this.#listening.add({ channel, listeners });
  }

  /** A connection of its own, for what belongs to one; no query is repeated on it. Release it. */
  async reserve(): Promise<Bun.ReservedSQL> {
    const pool = await this.#connected();
    try {
      return await pool.reserve();
    } catch (error) {
      throw databaseFailed(pool.server, error);
    }
  }

  /** Takes a few seconds at most, whatever the network does. Calls that run are cut off. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const pool = this.#pool;
    this.#pool = undefined;
    await this.#listening[Symbol.asyncDispose]();
    await pool?.then((one) => one.close(0)).catch(() => undefined);
  }

  async #patiently<T>(work: (pool: PgPool) => Promise<T>): Promise<T> {
    const until = performance.now() + this.#patienceMs;
    for (
      let pauseMs: number = PAUSE_MS.first;
      ;
      pauseMs = Math.min(PAUSE_MS.longest, pauseMs * 2)
    ) {
      const failure = await this.#attempt(work);
      if ("value" in failure) return failure.value;
      const { error, server } = failure;
      if (this.#closed || !mayPass(error) || performance.now() + pauseMs > until) {
        throw server === undefined ? error : databaseFailed(server, error);
      }
      this.retried += 1;
      // All nodes lose a server in the same moment: they must not all come back in the same one.
      await Bun.sleep(pauseMs * (0.5 + Math.random()));
    }
  }

  async #attempt<T>(
    work: (pool: PgPool) => Promise<T>,
  ): Promise<{ value: T } | { error: unknown; server?: DatabaseUrl }> {
    let pool: PgPool | undefined;
    try {
      pool = await this.#connected();
      return { value: await work(pool) };
    } catch (error) {
      if (pool === undefined) return { error };
      if (wantsAnotherServer(error)) await this.#giveUp(pool, error);
      return { error, server: pool.server };
    }
  }

  /** The pool of this failure alone: another call may have found another server meanwhile. */
  async #giveUp(pool: PgPool, error: unknown): Promise<void> {
    const current = await this.#pool?.catch(() => undefined);
    if (current !== pool) return;
    this.#pool = undefined;
    // What hangs is cut off; what only met a server that takes no more writes may end.
    void pool.close(error instanceof CallTimeout ? 0 : GRACE_MS);
  }

  async #connected(): Promise<PgPool> {
    if (this.#closed) throw databaseIsEnding();
    this.#pool ??= this.#findServer();
    const opened = this.#pool;
    try {
      return await opened;
    } catch (error) {
      if (this.#pool === opened) this.#pool = undefined;
      throw error;
    }
  }

  async #findServer(): Promise<PgPool> {
    const attempts: Attempt[] = [];
    for (const server of this.#servers) {
      const pool = new PgPool(server, this.#pooling);
      try {
        demandWritable(server, await probe(pool, Math.min(CONNECT_MS, this.#deadlineMs)));
        return pool;
      } catch (cause) {
        attempts.push({ server, cause });
        await pool.close(0);
      }
    }
    throw noServer(attempts);
  }
}

async function probe(pool: PgPool, deadlineMs: number): Promise<Probe | undefined> {
  const [row] = await pool.query<Probe>(
    `select pg_is_in_recovery() as recovering, current_setting('transaction_read_only') as readonly,
       current_setting('server_version_num') as version`,
    [],
    deadlineMs,
  );
  return row;
}

function demandWritable(server: DatabaseUrl, found: Probe | undefined): void {
  const version = Number(found?.version ?? 0);
  if (version < OLDEST_VERSION) {
    const why = `its version is ${Math.floor(version / 10_000)}; org needs 15 or later`;
    throw databaseRefused(server.name, { why, remedy: "use PostgreSQL 15 or later" });
  }
  if (found?.recovering === true) throw readOnly(server, "it is a standby");
  if (found?.readonly === "on") throw readOnly(server, "its transactions are read-only");
}
