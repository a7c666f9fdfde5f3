/** The tables of a queue file. A change that an older org cannot read needs a new version and a step that moves old files. */
import type { Database } from "bun:sqlite";
import type { FileFormat } from "../journal/open-database.ts";

/** "orgq" in ASCII. */
const APPLICATION_ID = 0x6f726771;
const VERSION = 1;

// One index serves everything that is looked for: `rank` is what a state is ordered by (see job-table.ts),
// so leasing, waking, expiring, clearing away and listing are each a seek to the front of a range.
const SCHEMA = `
  pragma application_id = ${APPLICATION_ID};
  pragma user_version = ${VERSION};
  create table job (
    number integer primary key,
    queue text not null,
    id text not null,
    kind text not null,
    state text not null check (state in ('ready', 'delayed', 'running', 'done', 'dead', 'cancelled')),
    rank integer not null,
    priority integer not null,
    attempt integer not null,
    max_attempts integer not null,
    token integer not null,
    created_at integer not null,
    changed_at integer not null,
    events integer not null,
    error text,
    result text,
    body text not null,
    node text,
    unique (queue, id)
  ) strict;
  create index job_rank on job (queue, state, rank);
  create table job_event (
    job integer not null,
    seq integer not null,
    at integer not null,
    type text not null,
    attempt integer not null,
    about text,
    primary key (job, seq)
  ) strict, without rowid;
`;

/**
 * For a file whose leases bore no node yet. No new version: an older org, after a rollback, writes the column as null,
 * which is the node of one machine.
 */
export function addNode(database: Database): void {
  const sql = "select 1 from pragma_table_info('job') where name = 'node'";
  if (database.query(sql).get() === null) database.run("alter table job add column node text");
}

export const QUEUE_FORMAT: FileFormat = {
  noun: "queue",
  applicationId: APPLICATION_ID,
  version: VERSION,
  schema: SCHEMA,
};
