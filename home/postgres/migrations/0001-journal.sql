-- The journal, and the locks with fencing tokens beside it. A body is JSON as text: PostgreSQL's jsonb cannot hold
-- U+0000 nor half a surrogate pair, and what models write has both. Names compare by their bytes, as in SQLite.

create function clock_ms() returns bigint language sql volatile as
  $$ select (extract(epoch from clock_timestamp()) * 1000)::bigint $$;

-- What a batch gave, so that who lost the connection while it was committed can ask again, and nothing is done twice.
create table applied (
  batch uuid primary key,
  at timestamptz not null default clock_timestamp(),
  answer json not null
);
create index applied_at on applied (at);

-- What the batch gave before; null where it is new. An older copy of it may be at work in this moment, sent before its
-- connection was given up: its end is waited for, or this one would find its work done by a stranger.
create function applied_before(batch_ uuid) returns json language plpgsql as $$
declare
  answer_ json;
begin
  perform pg_advisory_xact_lock(hashtextextended(batch_::text, 0));
  select answer into answer_ from applied where batch = batch_;
  return answer_;
end $$;

-- Keeps the answer in the transaction of its batch.
create function keep_applied(batch_ uuid, answer_ json) returns void language plpgsql as $$
begin
  insert into applied (batch, answer) values (batch_, answer_);
  -- No caller asks again for as long as an hour.
  if random() < 0.01 then
    delete from applied where batch in (
      select batch from applied where at < clock_timestamp() - interval '1 hour'
        order by at limit 1000 for update skip locked
    );
  end if;
end $$;

create table room (
  room text collate "C" primary key,
  head bigint not null,
  started_at bigint not null,
  last_at bigint not null
) with (fillfactor = 70);

create table event (
  room text collate "C" not null,
  seq bigint not null,
  key text collate "C" not null,
  at bigint not null,
  body text not null,
  primary key (room, seq),
  unique (room, key)
);

-- A released lock keeps its row, because its token must never fall.
create table lock (
  name text collate "C" primary key,
  owner text,
  token bigint not null,
  expires_at bigint not null
);

-- One append: {"seq", "dup"}, or {"conflict": head}, or {"fenced": holder}.
create function journal_append(op json, at_ bigint) returns json language plpgsql as $$
declare
  room_ constant text := op->>1;
  key_ constant text := op->>2;
  head_ bigint;
  seq_ bigint;
  l lock;
begin
  insert into room values (room_, 0, at_, at_) on conflict do nothing;
  -- Held until the commit: so the numbers of a room have no gaps, and are seen in their order.
  select head into head_ from room where room = room_ for update;
  -- First of all: who repeats a write that had succeeded must hear so, whatever happened since.
  select seq into seq_ from event where room = room_ and key = key_;
  if found then return json_build_object('seq', seq_, 'dup', true); end if;
  if (op->>4)::bigint <> head_ then return json_build_object('conflict', head_); end if;
  if op->>5 is not null then
    -- Shared until the commit: no node takes the lock between this look and the insert.
    select * into l from lock where name = op->>5 for share;
    if l.owner is null or l.expires_at <= at_ then return json_build_object('fenced', null); end if;
    if l.token <> (op->>6)::bigint then return json_build_object('fenced', l.owner); end if;
  end if;
  insert into event values (room_, head_ + 1, key_, at_, op->>3);
  update room set head = head_ + 1, last_at = at_,
    started_at = case when head_ = 0 then at_ else started_at end where room = room_;
  return json_build_object('seq', head_ + 1, 'dup', false);
end $$;

-- `again`: also from a holder of the same name, who is gone: a node that was started anew.
create function lock_acquire(name_ text, owner_ text, ttl bigint, again boolean, at_ bigint)
returns json language plpgsql as $$
declare
  l lock;
begin
  insert into lock values (name_, null, 0, 0) on conflict do nothing;
  select * into l from lock where name = name_ for update;
  if l.owner is not null and l.expires_at > at_ and not (again and l.owner = owner_) then return 'null'; end if;
  update lock set owner = owner_, token = l.token + 1, expires_at = at_ + ttl where name = name_;
  return json_build_object('token', l.token + 1);
end $$;

-- `ttl` null: released. Whether it was still held with this token.
create function lock_change(name_ text, token_ bigint, ttl bigint, at_ bigint) returns json language plpgsql as $$
declare
  l lock;
begin
  select * into l from lock where name = name_ for update;
  if not found or l.owner is null or l.expires_at <= at_ or l.token <> token_ then return 'false'; end if;
  if ttl is null then
    update lock set owner = null where name = name_;
  else
    update lock set expires_at = at_ + ttl where name = name_;
  end if;
  return 'true';
end $$;

-- Does operations in their order, in one transaction: ["append", room, key, body, expect, lock, token],
-- ["acquire" | "reacquire", name, owner, ttl], ["renew", name, token, ttl], ["release", name, token].
-- now_ null: the clock of the server, so that no node's clock counts.
create function journal_apply(batch_ uuid, ops json, now_ bigint, channel text) returns json language plpgsql as $$
declare
  op json;
  answer_ json;
  answers json[] := '{}';
  at_ bigint;
  done json;
  touched text[] := '{}';
  wrote boolean := false;
  message text;
begin
  done := applied_before(batch_);
  if done is not null then return done; end if;
  for op in select * from json_array_elements(ops) loop
    at_ := coalesce(now_, clock_ms());
    if op->>0 = 'append' then
      answer_ := journal_append(op, at_);
      if answer_->>'dup' = 'false' then
        wrote := true;
        if not (op->>1) = any (touched) then touched := touched || (op->>1); end if;
      end if;
    elsif op->>0 in ('acquire', 'reacquire') then
      answer_ := lock_acquire(op->>1, op->>2, (op->>3)::bigint, op->>0 = 'reacquire', at_);
    elsif op->>0 in ('renew', 'release') then
      answer_ := lock_change(op->>1, (op->>2)::bigint, (op->>3)::bigint, at_);
    else
      raise 'the journal does not know %', op->>0;
    end if;
    wrote := wrote or (op->>0 <> 'append' and answer_::text not in ('null', 'false'));
    answers := answers || answer_;
  end loop;
  done := json_build_object('answers', array_to_json(answers));
  if not wrote then return done; end if;
  perform keep_applied(batch_, done);
  if cardinality(touched) > 0 then
    -- One for the whole transaction: it takes a lock of the whole server until the commit.
    message := array_to_json(touched)::text;
    perform pg_notify(channel, case when octet_length(message) > 7000 then '*' else message end);
  end if;
  return done;
end $$;
