-- Who may ask over HTTP, at all machines, and which nonces of signed requests were used at any of them.
create table credential (
  id text collate "C" primary key,
  kind text not null,
  name text not null,
  scope text not null,
  -- Of a token.
  hash text not null,
  -- Of the key of a signature: who verifies one must know it.
  secret text,
  created_at bigint not null
);

create table nonce (
  key text collate "C" not null,
  nonce text collate "C" not null,
  until bigint not null,
  primary key (key, nonce)
);
create index nonce_until on nonce (until);

create function credential_add(row_ json, channel text) returns void language plpgsql as $$
begin
  insert into credential select * from json_populate_record(null::credential, row_)
    on conflict do nothing;
  perform pg_notify(channel, '');
end $$;

-- Whether there was one of that id.
create function credential_revoke(batch_ uuid, id_ text, channel text) returns json language plpgsql as $$
declare
  done json;
begin
  done := applied_before(batch_);
  if done is not null then return done; end if;
  delete from credential where id = id_;
  done := to_json(found);
  perform keep_applied(batch_, done);
  perform pg_notify(channel, '');
  return done;
end $$;

-- Whether it was not used before; in one step, so that of two requests at the same time one is the second.
create function nonce_use(batch_ uuid, key_ text, nonce_ text, lasts bigint) returns json language plpgsql as $$
declare
  done json;
begin
  done := applied_before(batch_);
  if done is not null then return done; end if;
  insert into nonce values (key_, nonce_, clock_ms() + lasts) on conflict do nothing;
  done := to_json(found);
  perform keep_applied(batch_, done);
  if random() < 0.01 then delete from nonce where until < clock_ms(); end if;
  return done;
end $$;
