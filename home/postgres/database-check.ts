/** What `org doctor` and `/health` say of the database. */
import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { bounded } from "#platform/postgres/bounded.ts";
import { CallTimeout } from "#platform/postgres/failures.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { type DatabaseState, databaseState } from "./standby.ts";

/** As `GET /health` shows it: no name and no address. */
export interface DatabaseHealth {
  readonly primary: boolean;
  readonly lag_ms: number;
  readonly standby: DatabaseState["standby"];
  /** Why its state is unknown. */
  readonly error?: string | undefined;
}

/** An answer is as good for so long, in milliseconds: what puts requests before us asks again and again. */
const GOOD_FOR_MS = 1000;
/** Longest wait for an answer in milliseconds; a call waits longer for a server that comes back. */
const ANSWER_MS = 2000;

/** Asks the database how it is, at most once a second. */
export class DatabaseProbe {
  readonly #client: PgClient;
  #answer: { readonly at: number; readonly health: Promise<DatabaseHealth> } | undefined;

  constructor(client: PgClient) {
    this.#client = client;
  }

  async health(): Promise<DatabaseHealth> {
    const at = performance.now();
    if (this.#answer === undefined || at - this.#answer.at >= GOOD_FOR_MS) {
      this.#answer = { at, health: this.#ask() };
    }
    return await this.#answer.health;
  }

  /** What keeps the home from taking new work. */
  async trouble(): Promise<{ readonly code: string; readonly remedy: string } | undefined> {
    const { error } = await this.health();
    return error === undefined ? undefined : { code: error, remedy: "org db check" };
  }

  async #ask(): Promise<DatabaseHealth> {
    try {
      const late = () => new CallTimeout("it does not answer");
      const { role, lagMs, standby } = await bounded(databaseState(this.#client), ANSWER_MS, late);
      return { primary: role === "primary", lag_ms: lagMs, standby };
    } catch (error) {
      const code = error instanceof OrgError ? error.code : "DATABASE_UNREACHABLE";
      return { primary: false, lag_ms: 0, standby: "none", error: code };
    }
  }
}

/**
 * @param open connects, and looks at the tables.
 * @param servers how many addresses are named.
 */
export function databaseCheck(open: () => Promise<PgClient>, servers: number): Check {
  return {
    name: "database",
    run: async () => {
      try {
        await using client = await open();
        return judge(await databaseState(client), servers);
      } catch (error) {
        if (!(error instanceof OrgError)) throw error;
        const { message, why = "", remedies, code } = error;
        return { state: "fault", detail: `${message} [${code}]: ${why}`, remedies };
      }
    },
  };
}

const SYNCHRONOUS =
  "ALTER SYSTEM SET synchronous_standby_names = '*';   -- on the primary, then: SELECT pg_reload_conf();";

/** The verdict on an observation. */
function judge(state: DatabaseState, servers: number): Finding {
  const { server, standby, lagMs, isLossy } = state;
  if (isLossy) {
    return {
      state: "warning",
      detail: `${server}: synchronous_commit is off, so a crash can lose the last confirmed writes`,
      remedies: ["ALTER SYSTEM SET synchronous_commit = on;   -- then: SELECT pg_reload_conf();"],
    };
  }
  if (standby === "async" || (servers > 1 && standby === "none")) {
    const which =
      standby === "async"
        ? `standby is asynchronous (${lagMs} ms behind)`
        : "server has no standby";
    return {
      state: "warning",
      detail: `${server}: its ${which}, so a fail-over can lose the last confirmed writes`,
      remedies: [SYNCHRONOUS],
    };
  }
  const behind = { sync: `synchronous standby, ${lagMs} ms behind`, none: "no standby" };
  const text = standby === "hidden" ? "a standby; this user may not see which" : behind[standby];
  return { state: "ok", detail: `${server}: primary, ${text}`, remedies: [] };
}
