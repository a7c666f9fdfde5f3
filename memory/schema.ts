/** The tables of a memory. A change of them needs a new version and a step that moves old files. */
import type { FileFormat } from "#home/journal/open-database.ts";

/** "orgm" in ASCII. */
const APPLICATION_ID = 0x6f72676d;
const VERSION = 1;

/** What came later: made in files that lack it, which an older release can still read. */
export const ADDED = `
  create table if not exists erased_text (hash text primary key, words integer not null, mark integer not null) strict;
  create table if not exists observed (room text primary key, through integer not null) strict, without rowid;
  create table if not exists made_by (what text primary key, version integer not null) strict;
`;

// A forgotten note keeps its row, without its text: numbers are never given twice. A forgotten episode keeps an
// empty text, so that it is not made again of the journal. `swept` is 0 until no page of the file holds the text.
const SCHEMA = `
  pragma application_id = ${APPLICATION_ID};
  pragma user_version = ${VERSION};
  create table note (
    id integer primary key,
    text text not null check (length(text) between 3 and 1000),
    kind text not null check (kind in ('fact', 'procedure', 'insight')),
    state text not null check (state in ('staged', 'active', 'superseded', 'forgotten')),
    trust text not null check (trust in ('human', 'model', 'untrusted')),
    scope text not null,
    origin text not null,
    room text,
    seq integer,
    quote text,
    sources text not null default '[]',
    said_at integer not null,
    saved_at integer not null,
    valid_to integer,
    superseded_by integer references note,
    proposes integer references note,
    importance real not null default 0.5,
    seen integer not null default 1,
    used integer not null default 0,
    ok integer not null default 0,
    used_at integer,
    hash text not null
  ) strict;
  create unique index note_live on note (scope, hash) where state in ('staged', 'active');
  create index note_state on note (state, saved_at);
  create table vector (
    note integer not null references note,
    embedder text not null,
    v blob not null,
    primary key (embedder, note)
  ) strict, without rowid;
  create virtual table note_fts using fts5(stems, content = '', contentless_delete = 1, tokenize = 'ascii');
  create table episode (
    id integer primary key,
    room text not null,
    first_seq integer not null,
    last_seq integer not null,
    at integer not null,
    scope text not null,
    trust text not null check (trust in ('model', 'untrusted')),
    before_seq integer,
    text text not null check (length(text) <= 1200),
    v blob not null,
    unique (room, first_seq, scope)
  ) strict;
  create index episode_at on episode (at);
  create virtual table episode_fts using fts5(stems, content = '', contentless_delete = 1, tokenize = 'ascii');
  create table indexed (room text primary key, head integer not null, next_seq integer not null) strict, without rowid;
  create table erased (hash text primary key, at integer not null, swept integer not null default 0) strict;
  ${ADDED}
`;

export const MEMORY_FORMAT: FileFormat = {
  noun: "memory",
  applicationId: APPLICATION_ID,
  version: VERSION,
  schema: SCHEMA,
  checked: [
    ...["note", "vector", "episode", "indexed", "erased"],
    ...["note_fts", "episode_fts"].flatMap((name) => [`${name}_data`, `${name}_docsize`]),
  ],
};
