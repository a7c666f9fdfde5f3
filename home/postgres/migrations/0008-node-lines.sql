-- What a node tells another one while it works for it, in pieces. Not in the log of the server: what a crash or a fail-over
-- loses is asked for again, and what counts stands in the journal.
create unlogged table node_line (
  call text collate "C" not null,
  seq int not null,
  at bigint not null,
  -- {"lines": […], "isEnd": true where no more come}
  piece text not null,
  primary key (call, seq)
);
create index node_line_at on node_line (at);

-- @returns whether its reader is there: all that is older than half a minute was taken.
create function node_tell(call_ text, seq_ int, piece_ text, channel text) returns boolean language plpgsql as $$
begin
  insert into node_line values (call_, seq_, clock_ms(), piece_) on conflict do nothing;
  perform pg_notify(channel, call_);
  -- Of readers that were killed.
  if random() < 0.01 then delete from node_line where at < clock_ms() - 3600000; end if;
  return not exists (select from node_line where call = call_ and at < clock_ms() - 30000);
end $$;

-- Takes those before `from_`, which were read. @returns the next ones: [[seq, piece], …]
create function node_hear(call_ text, from_ int) returns json language plpgsql as $$
declare
  found json;
begin
  delete from node_line where call = call_ and seq < from_;
  select coalesce(json_agg(json_build_array(seq, piece) order by seq), '[]') into found from (
    select * from node_line where call = call_ order by seq limit 64
  ) as line;
  return found;
end $$;
