/** The table of the rules. A change of it needs a new version and a step that moves old files. */
import type { FileFormat } from "../journal/open-database.ts";

/** "orgr" in ASCII. */
const APPLICATION_ID = 0x6f726772;
const VERSION = 1;

/** What came later: made in files that lack it, which an older release can still read. */
export const ADDED = `
  create table if not exists regretted (turn text primary key, at integer not null) strict, without rowid;
`;

// Numbers are never given twice, for people have seen them. An empty text stands for what there is not, so that the
// index finds a second rule of the same kind.
const SCHEMA = `
  pragma application_id = ${APPLICATION_ID};
  pragma user_version = ${VERSION};
  create table rule (
    id integer primary key autoincrement,
    persona text not null,
    place text not null check (place in ('workspace', 'project')),
    head text not null check (length(head) between 1 and 120),
    slot text not null check (slot in ('', 'folder', 'file', 'query')),
    tool text not null,
    fixed text not null,
    argument text not null,
    tools text not null,
    state text not null check (state in ('shadow', 'live', 'off')),
    confirmed integer not null,
    against integer not null,
    in_row integer not null,
    recent text not null check (length(recent) <= 20),
    lines integer not null,
    fired integer not null,
    learnt_at integer not null,
    used_at integer not null,
    unique (persona, place, head, slot, tool, fixed, argument)
  ) strict;
  ${ADDED}
`;

export const RULES_FORMAT: FileFormat = {
  noun: "rule book",
  applicationId: APPLICATION_ID,
  version: VERSION,
  schema: SCHEMA,
};
