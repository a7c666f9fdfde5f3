-- There while a home is copied into the database: what a cut left is not taken for the whole.
create table copying (
  one boolean primary key default true check (one),
  node text not null,
  at bigint not null
);

-- Jobs that came from a home. One of them that is not here any more has ended and was forgotten: the home, which may have
-- it still, must not begin it again when what the database has is copied back.
create table copied_job (
  number bigint primary key,
  queue text collate "C" not null,
  id text collate "C" not null,
  created_at bigint not null
);
