-- What main is, for all nodes: written by the holder of the lock "promoter", so that an older main shown by the Git remote
-- is found out.
create table main_head (
  one boolean primary key default true check (one),
  commit text collate "C" not null,
  tag text not null,
  node text not null,
  at bigint not null
);
