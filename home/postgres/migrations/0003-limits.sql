-- What all machines may spend together, and how often they may call tools together.
create table spend (
  day text not null,
  session text collate "C" not null,
  persona text collate "C" not null,
  tokens bigint not null,
  micros bigint not null,
  primary key (day, session, persona)
);
create index spend_session on spend (session);

create function spend_totals(day_ text, session_ text, persona_ text) returns json language sql stable as $$
  select json_build_object(
    'session', (select json_build_object('tokens', coalesce(sum(tokens), 0), 'micros', coalesce(sum(micros), 0))
      from spend where session = session_),
    'day', (select json_build_object('tokens', coalesce(sum(tokens), 0), 'micros', coalesce(sum(micros), 0))
      from spend where day = day_),
    'persona', (select json_build_object('tokens', coalesce(sum(tokens), 0), 'micros', coalesce(sum(micros), 0))
      from spend where day = day_ and persona = persona_)
  );
$$;

-- Adds an amount, where `expect` is given only if the totals are those. Answers with the totals before, and behind it.
create function spend_add(
  batch_ uuid, day_ text, session_ text, persona_ text, tokens_ bigint, micros_ bigint, expect json
) returns json language plpgsql as $$
declare
  done json; before json;
begin
  select answer into done from applied where batch = batch_;
  if found then return done; end if;
  -- Held until the commit: between the look at the totals and the addition no other node may spend.
  perform pg_advisory_xact_lock(hashtextextended('org spend ' || current_schema(), 0));
  before := spend_totals(day_, session_, persona_);
  if expect is not null and before::jsonb <> expect::jsonb then
    return json_build_object('before', before, 'isAdded', false);
  end if;
  insert into spend values (day_, session_, persona_, tokens_, micros_)
    on conflict (day, session, persona) do update
    set tokens = spend.tokens + excluded.tokens, micros = spend.micros + excluded.micros;
  done := json_build_object('before', before, 'isAdded', true, 'after', spend_totals(day_, session_, persona_));
  perform keep_applied(batch_, done);
  return done;
end $$;

-- A bucket of tokens for each pattern, as in core/policy/rate-limit.ts: a token is 60,000 parts, so nothing is rounded.
create table rate (
  pattern text collate "C" primary key,
  level bigint not null,
  filled_at bigint not null
);

-- Takes one token of each bucket that has one. @param asked [[pattern, tokens a minute], …], ordered by pattern, so that
-- two nodes wait for each other and never both. @returns 0, or in how many milliseconds the last one has one.
create function rate_take(batch_ uuid, asked json, now_ bigint) returns json language plpgsql as $$
declare
  done json; one json; wait bigint := 0; level_ bigint; filled bigint; per bigint; at_ bigint;
begin
  select answer into done from applied where batch = batch_;
  if found then return done; end if;
  for one in select * from json_array_elements(asked) loop
    per := (one->>1)::bigint;
    at_ := coalesce(now_, clock_ms());
    insert into rate values (one->>0, per * 60000, at_) on conflict do nothing;
    select level, filled_at into level_, filled from rate where pattern = one->>0 for update;
    -- Awaited, that row may be of a later moment.
    at_ := greatest(coalesce(now_, clock_ms()), filled);
    level_ := least(per * 60000, level_ + (at_ - filled) * per);
    if level_ >= 60000 then
      level_ := level_ - 60000;
    else
      wait := greatest(wait, ceil((60000 - level_) / per::numeric)::bigint);
    end if;
    update rate set level = level_, filled_at = at_ where pattern = one->>0;
  end loop;
  done := to_json(wait);
  perform keep_applied(batch_, done);
  return done;
end $$;
