/** The name of a machine among those that share a database: one process has it at a time. */
import type { ReservedSQL } from "bun";
import { OrgError } from "#core/errors.ts";
import { bounded } from "#platform/postgres/bounded.ts";
import { CallTimeout } from "#platform/postgres/failures.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";

export interface NodeNameOptions {
  readonly client: PgClient;
  /** See `DatabaseSettings`. */
  readonly node: string;
  /** What the name is for: its rooms and its jobs may be with two processes of a machine. @default "jobs" */
  readonly scope?: NodeScope | undefined;
  /** Called once, when another process has taken the name after our connection was cut: this one must end. */
  readonly onLost: (error: OrgError) => void;
  /** How often the connection is looked at, in milliseconds. @default 2000 */
  readonly lookMs?: number | undefined;
  /** How long a holder that was just killed may keep the name, in milliseconds. @default 3000 */
  readonly patienceMs?: number | undefined;
}

type NodeScope = "jobs" | "rooms";

const LOOK_MS = 2000;
const PATIENCE_MS = 3000;
/** Longest wait for one answer, in milliseconds. */
const ANSWER_MS = 5000;
/** Pause between two tries, in milliseconds. */
const AGAIN_MS = 100;
/** Of a row of `pg_stat_activity`. */
const SESSION = "pid || ' ' || extract(epoch from backend_start)";

/**
 * Takes the name for this process until it is disposed. The server lets go of it by itself when the connection ends, as
 * when the process is killed, so no clock is needed and no process has to clear up after another one.
 *
 * @throws {OrgError} `NODE_TWICE` while another process has it; as `PgClient.query` does.
 */
export async function takeNodeName(options: NodeNameOptions): Promise<AsyncDisposable> {
  const name = new NodeName(options);
  await name.take(options.patienceMs ?? PATIENCE_MS);
  name.watch();
  return name;
}

/** Whether a process has the name. @throws {OrgError} as `PgClient.query` does. */
export async function isNodeThere(
  client: PgClient,
  node: string,
  scope: NodeScope,
): Promise<boolean> {
  return (await holdersOf(client, keyOf(client, node, scope))).length > 0;
}

interface Holder {
  /** Names one connection, as long as its server lives. */
  readonly session: string;
  readonly address: string;
  /** Such as "2026-01-31 12:00:00". */
  readonly since: string;
}

async function holdersOf(client: PgClient, key: string): Promise<readonly Holder[]> {
  return await client.query<Holder>(
    `select ${SESSION} as session, coalesce(host(client_addr), 'this machine') as address,
       to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and database = (
         select oid from pg_database where datname = current_database()
       )
       and (classid::bigint << 32) + objid::bigint = hashtextextended($1::text, 0)`,
    [key],
  );
}

function keyOf({ schema }: PgClient, node: string, scope: NodeScope): string {
  return `org ${scope} of ${schema} ${node}`;
}

class NodeName implements AsyncDisposable {
  readonly #options: NodeNameOptions;
  readonly #over = Promise.withResolvers<void>();
  #connection: ReservedSQL | undefined;
  /** The connection that had the name last. */
  #session: string | undefined;
  #watching: Promise<void> | undefined;
  #closed: boolean = false;

  constructor(options: NodeNameOptions) {
    this.#options = options;
  }

  async take(patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!(await this.#try())) {
      if (performance.now() > until) throw await this.#taken();
      await Bun.sleep(AGAIN_MS);
    }
  }

  watch(): void {
    this.#watching = this.#watch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#over.resolve();
    await this.#watching;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    // A connection that goes back into the pool would keep the lock.
    await answered(connection.unsafe("select pg_advisory_unlock_all()")).catch(() => undefined);
    connection.release();
  }

  async #watch(): Promise<void> {
    const { lookMs = LOOK_MS, onLost } = this.#options;
    for (;;) {
      await Promise.race([this.#over.promise, Bun.sleep(lookMs)]);
      if (this.#closed) return;
      if (await this.#isHeld()) continue;
      try {
        // While the server is away, no other process can have taken it either.
        if ((await this.#try()) || !(await this.#isWithAnother())) continue;
        onLost(await this.#taken());
        return;
      } catch {
        // The next look tries again; until then claims are guarded by their tokens, as always.
      }
    }
  }

  async #isHeld(): Promise<boolean> {
    try {
      await answered(this.#connection?.unsafe("select 1") ?? Promise.reject(new Error("none")));
      return true;
    } catch {
      this.#connection?.release();
      this.#connection = undefined;
      return false;
    }
  }

  /** The server tells us of the end of our connection before it lets go of the name, or has not noticed the end yet. */
  async #isWithAnother(): Promise<boolean> {
    const holders = await holdersOf(this.#options.client, this.#key);
    return holders.some(({ session }) => session !== this.#session);
  }

  async #try(): Promise<boolean> {
    const connection = await this.#options.client.reserve();
    try {
      const query = connection.unsafe<
        readonly { readonly got: boolean; readonly session: string }[]
      >(
        `select pg_try_advisory_lock(hashtextextended($1::text, 0)) as got, ${SESSION} as session
         from pg_stat_activity where pid = pg_backend_pid()`,
        [this.#key],
      );
      const [row] = await answered(query);
      if (row?.got === true) {
        this.#connection = connection;
        this.#session = row.session;
        return true;
      }
    } catch (error) {
      connection.release();
      throw error;
    }
    connection.release();
    return false;
  }

  get #key(): string {
    const { client, node, scope = "jobs" } = this.#options;
    return keyOf(client, node, scope);
  }

  async #taken(): Promise<OrgError> {
    const { client, node, scope = "jobs" } = this.#options;
    const [holder] = await holdersOf(client, this.#key);
    const who = holder === undefined ? "another process" : `a process at ${holder.address}`;
    const since = holder === undefined ? "" : `, connected since ${holder.since} UTC`;
    return new OrgError(`The node "${node}" is already running`, {
      code: "NODE_TWICE",
      why: `${who} has this name${since}; each would take the ${scope} of the other`,
      remedies: [
        `ORG_NODE=${node}-2   # before the command: a unique name`,
        "end the other process, where it should not run any more",
      ],
      unchanged: "Nothing was started.",
    });
  }
}

async function answered<T>(query: PromiseLike<T>): Promise<T> {
  return await bounded(query, ANSWER_MS, () => new CallTimeout(`no answer within ${ANSWER_MS} ms`));
}
