/** The tables of a queue file. A change of them needs a new version and a step that moves old files. */
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

export const QUEUE_FORMAT: FileFormat = {
  noun: "queue",
  applicationId: APPLICATION_ID,
  version: VERSION,
  schema: SCHEMA,
};
