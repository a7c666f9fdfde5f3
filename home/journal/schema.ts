/** The tables of a journal file. A change of them needs a new version and a step that moves old files. */
import type { FileFormat } from "./open-database.ts";

/** "orgj" in ASCII: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x6f72676a;
const SCHEMA_VERSION = 1;

// `event` keeps its rowid: rows are larger than what SQLite advises for WITHOUT ROWID, and inserts were
// 15 % slower with it. A released lock keeps its row, because its token must never fall.
export const SCHEMA: string = `
  pragma application_id = ${APPLICATION_ID};
  pragma user_version = ${SCHEMA_VERSION};
  create table event (
    room text not null,
    seq integer not null,
    key text not null,
    at integer not null,
    body text not null,
    primary key (room, seq),
    unique (room, key)
  ) strict;
  create table lock (
    name text primary key,
    owner text,
    token integer not null,
    expires_at integer not null
  ) strict, without rowid;
`;

export const JOURNAL_FORMAT: FileFormat = {
  noun: "journal",
  applicationId: APPLICATION_ID,
  version: SCHEMA_VERSION,
  schema: SCHEMA,
};
