/** What role the server has, and whether what it confirms is on a second one. */
import type { PgClient } from "#platform/postgres/pg-client.ts";

export interface DatabaseState {
  /** "HOST:PORT/DATABASE" */
  readonly server: string;
  readonly role: "primary" | "standby";
  /**
   * `sync`: what is confirmed is on a standby, too. `async`: there is one, and a fail-over to it loses what was
   * confirmed last. `hidden`: this user may not see which.
   */
  readonly standby: "sync" | "async" | "none" | "hidden";
  /** How far the standby that is furthest behind is behind, in milliseconds; 0 without one. */
  readonly lagMs: number;
  /** Confirmed is not on disk: `synchronous_commit` is off. */
  readonly isLossy: boolean;
}

interface Row {
  readonly recovering: boolean;
  readonly commit: string;
  readonly standbys: string;
  readonly hidden: string;
  readonly synchronous: string;
  readonly lag: string;
}

/** @throws {OrgError} as the client does. */
export async function databaseState(client: PgClient): Promise<DatabaseState> {
  const [row] = await client.query<Row>(
    `select pg_is_in_recovery() as recovering, current_setting('synchronous_commit') as commit,
       count(*)::text as standbys, count(*) filter (where state is null)::text as hidden,
       count(*) filter (where sync_state in ('sync', 'quorum'))::text as synchronous,
       coalesce(extract(epoch from max(replay_lag)) * 1000, 0)::bigint::text as lag
     from pg_stat_replication`,
  );
  return {
    server: await client.serverName(),
    role: row?.recovering === true ? "standby" : "primary",
    standby: standbyOf(row),
    lagMs: Number(row?.lag ?? 0),
    isLossy: row?.commit === "off",
  };
}

function standbyOf(row: Row | undefined): DatabaseState["standby"] {
  const count = (text: string | undefined) => Number(text ?? 0);
  if (count(row?.synchronous) > 0) return "sync";
  // Without the role pg_read_all_stats the server says who is connected, and nothing of how.
  if (count(row?.hidden) > 0) return "hidden";
  return count(row?.standbys) > 0 ? "async" : "none";
}
