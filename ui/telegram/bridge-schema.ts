/** The tables of the bridge; `BridgeStore` says what they are for. */
export const SCHEMA: string = `
  create table if not exists handled (
    bot text not null, update_id integer not null, at integer not null, primary key (bot, update_id)
  ) strict;
  create table if not exists begun (bot text primary key, update_id integer not null) strict;
  create table if not exists chat (
    id integer primary key,
    room text not null,
    seq integer not null,
    rooms integer not null default 1,
    live text,
    live_message integer
  ) strict;
  create table if not exists outgoing (
    id integer primary key autoincrement, chat integer not null, body text not null
  ) strict;
  create index if not exists outgoing_chat on outgoing (chat, id);
  create table if not exists button (
    id text primary key,
    chat integer not null,
    message integer,
    body text not null,
    pressed integer
  ) strict;
  create table if not exists report (
    id integer primary key autoincrement, chat integer not null, category text not null, text text not null
  ) strict;
  create table if not exists dropped (id text primary key) strict;
  create table if not exists reported (
    chat integer not null, category text not null, at integer not null, primary key (chat, category)
  ) strict;
`;
