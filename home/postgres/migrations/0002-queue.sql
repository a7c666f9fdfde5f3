-- The queue of a home. Texts that a job carries are JSON literals: PostgreSQL's text holds neither U+0000 nor half a
-- surrogate pair. `rank` is what a state is ordered by, as in the file of one machine: home/queue/schema.ts.
create table job (
  number bigint primary key,
  queue text collate "C" not null,
  id text collate "C" not null,
  kind text not null,
  state text not null check (state in ('ready', 'delayed', 'running', 'done', 'dead', 'cancelled')),
  rank bigint not null,
  priority int not null,
  attempt int not null,
  max_attempts int not null,
  token bigint not null,
  -- Which has leased it, while it is running.
  node text,
  created_at bigint not null,
  changed_at bigint not null,
  events int not null,
  error text,
  result text,
  body text not null,
  unique (queue, id)
  -- A job is written four times: room in its page, and dead rows cleared away early.
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create sequence job_number owned by job.number;
create index job_rank on job (queue, state, rank);
create table job_event (
  job bigint not null,
  seq int not null,
  at bigint not null,
  type text not null,
  attempt int not null,
  about text,
  primary key (job, seq)
);

-- What an operation of a batch answers, and the events that it wrote.
create type queue_step as (answer json, events json[]);

create function queue_answer(answer json, events json[]) returns queue_step language sql immutable as
  $$ select row(answer, events)::queue_step $$;

create function job_rank_of(priority int, number bigint) returns bigint language sql immutable as
  $$ select (1000 - priority)::bigint * 2199023255552 + number $$;

create function job_tell(j job, at_ bigint, type_ text, attempt_ int, about_ text) returns json language plpgsql as $$
begin
  insert into job_event values (j.number, j.events + 1, at_, type_, attempt_, about_);
  return json_build_array(j.queue, j.id, j.kind, j.created_at, j.events + 1, at_, type_, attempt_, about_);
end $$;

create function job_move(
  j job, at_ bigint, state_ text, rank_ bigint, attempt_ int, type_ text, about_ text, error_ text, result_ text
) returns json language plpgsql as $$
begin
  update job set state = state_, rank = rank_, attempt = attempt_, changed_at = at_, events = j.events + 1, node = null,
    error = case when type_ in ('done', 'requeued') then null else coalesce(error_, j.error) end, result = result_
    where number = j.number;
  return job_tell(j, at_, type_, attempt_, about_);
end $$;

create function job_queue(j job, at_ bigint, delay bigint, attempt_ int, type_ text, about_ text, error_ text)
returns json language plpgsql as $$
begin
  if delay > 0 then
    return job_move(j, at_, 'delayed', at_ + delay, attempt_, type_, about_, error_, null);
  end if;
  return job_move(j, at_, 'ready', job_rank_of(j.priority, j.number), attempt_, type_, about_, error_, null);
end $$;

create function job_expire(j job, at_ bigint) returns json language plpgsql as $$
declare
  lost constant text := '{"code":"WORKER_LOST","message":"the worker stopped responding"}';
begin
  if j.attempt < j.max_attempts then
    return job_queue(j, at_, 0, j.attempt, 'expired', '{"error":' || lost || '}', lost);
  end if;
  return job_move(j, at_, 'dead', at_, j.attempt, 'dead', '{"error":' || lost || '}', lost, null);
end $$;

create function job_remove(number_ bigint) returns void language sql as $$
  delete from job_event where job = number_;
  delete from job where number = number_;
$$;

-- [name, queue, id, kind, delay, priority, attempts, body]
create function queue_enqueue(op json, at_ bigint, keep json) returns queue_step language plpgsql as $$
declare
  old job; fresh job; delay bigint := (op->>4)::bigint; priority_ int := (op->>5)::int; next bigint;
begin
  loop
    next := nextval('job_number');
    insert into job values (
      next, op->>1, op->>2, op->>3,
      case when delay > 0 then 'delayed' else 'ready' end,
      case when delay > 0 then at_ + delay else job_rank_of(priority_, next) end,
      priority_, 0, (op->>6)::int, 0, null, at_, at_, 1, null, null, op->>7
    ) on conflict (queue, id) do nothing returning * into fresh;
    exit when found;
    select * into old from job where queue = op->>1 and id = op->>2 for update;
    -- Cleared away in this moment by another node.
    continue when not found;
    if old.state not in ('done', 'cancelled') or old.changed_at + (keep->>'idMs')::bigint > at_ then
      return queue_answer(json_build_object('dup', true, 'isSame', old.body = op->>7), '{}');
    end if;
    perform job_remove(old.number);
  end loop;
  fresh.events := 0;
  return queue_answer('{"dup":false,"isSame":true}', array[
    job_tell(fresh, at_, 'queued', 0, case when delay > 0 then json_build_object('delayMs', delay)::text end)
  ]);
end $$;

-- Wakes, takes back and clears away a part of what is due. @returns the events.
create function queue_upkeep(queue_ text, at_ bigint, keep json) returns json[] language plpgsql as $$
declare
  events json[] := '{}'; j job; kept record; most constant int := 100;
begin
  for j in select * from job where queue = queue_ and state = 'delayed' and rank <= at_
    order by rank limit most for update skip locked
  loop
    -- No event, for nothing has happened to it.
    update job set state = 'ready', rank = job_rank_of(j.priority, j.number) where number = j.number;
  end loop;
  for j in select * from job where queue = queue_ and state = 'running' and rank <= at_
    order by rank limit most for update skip locked
  loop
    events := events || job_expire(j, at_);
  end loop;
  for kept in select * from (values
    ('done', (keep->>'endedMs')::bigint), ('cancelled', (keep->>'endedMs')::bigint), ('dead', (keep->>'deadMs')::bigint)
  ) as k (state, ms)
  loop
    for j in select * from job where queue = queue_ and state = kept.state and rank <= at_ - kept.ms
      order by rank limit most for update skip locked
    loop
      perform job_remove(j.number);
    end loop;
  end loop;
  return events;
end $$;

-- [name, queue, max, ms, kinds that are left, as JSON, kinds that are taken or null: all]. Answers with numbers and
-- tokens; where there are none, in how many milliseconds there may be something to lease.
create function queue_lease(op json, at_ bigint, node_ text) returns queue_step language plpgsql as $$
declare
  leased json; due bigint; told json[];
  left_ text[] := array(select json_array_elements_text((op->>4)::json));
  taken text[] := case when op->>5 is not null then array(select json_array_elements_text((op->>5)::json)) end;
begin
  with front as materialized (
    select number from job
    where queue = op->>1 and state = 'ready' and kind <> all (left_) and (taken is null or kind = any (taken))
    order by rank limit (op->>2)::int for update skip locked
  ), moved as (
    update job set state = 'running', rank = at_ + (op->>3)::bigint, attempt = attempt + 1, token = token + 1,
      node = node_, changed_at = at_, events = job.events + 1, result = null
      from front where job.number = front.number returning job.*
  ), written as (
    insert into job_event select number, moved.events, at_, 'started', attempt, null from moved
  )
  select
    json_agg(json_build_array(number, token) order by job_rank_of(priority, number)),
    array_agg(
      json_build_array(queue, id, kind, created_at, moved.events, at_, 'started', attempt, null)
      order by job_rank_of(priority, number)
    )
    into leased, told from moved;
  if leased is not null then
    return queue_answer(json_build_object('leased', leased), told);
  end if;
  select least(
    (select rank from job where queue = op->>1 and state = 'delayed' order by rank limit 1),
    (select rank from job where queue = op->>1 and state = 'running' order by rank limit 1)
  ) - at_ into due;
  return queue_answer(json_build_object('leased', '[]'::json, 'dueMs', due), '{}');
end $$;

-- [name, queue]
create function queue_reclaim(op json, at_ bigint, node_ text) returns queue_step language plpgsql as $$
declare
  events json[] := '{}'; j job;
begin
  for j in select * from job where queue = op->>1 and state = 'running' and node = node_ order by rank for update loop
    events := events || job_expire(j, at_);
  end loop;
  return queue_answer(to_json(cardinality(events)), events);
end $$;

-- [cancel or requeue, queue, id]
create function queue_decide(op json, at_ bigint) returns queue_step language plpgsql as $$
declare
  j job;
begin
  select * into j from job where queue = op->>1 and id = op->>2 for update;
  if op->>0 = 'cancel' and j.state in ('ready', 'delayed', 'running') then
    return queue_answer('true', array[job_move(j, at_, 'cancelled', at_, j.attempt, 'cancelled', null, null, null)]);
  elsif op->>0 = 'requeue' and j.state = 'dead' then
    return queue_answer('true', array[job_queue(j, at_, 0, 0, 'requeued', null, null)]);
  end if;
  return queue_answer('false', '{}');
end $$;

-- The event of a note. A job that told too much has a last one that says so.
create function job_note(j job, at_ bigint, note text) returns json[] language plpgsql as $$
begin
  if note is null or j.events >= 1000 then return '{}'; end if;
  update job set events = j.events + 1 where number = j.number;
  return array[job_tell(j, at_, 'note', j.attempt,
    case when j.events = 999 then '{"note":"{\"type\":\"dropped\"}"}' else note end)];
end $$;

-- [name, queue, id, token, note, …] of the worker that holds it: extend ms; ack result; nak delay error final
create function queue_work(op json, at_ bigint) returns queue_step language plpgsql as $$
declare
  j job; events json[]; name text := op->>0; error_ text := op->>6;
begin
  select * into j from job where queue = op->>1 and id = op->>2 for update;
  if j.state is distinct from 'running' or j.token <> (op->>3)::bigint then
    return queue_answer((case when name = 'nak' then '"lost"' else 'false' end)::json, '{}');
  end if;
  events := job_note(j, at_, op->>4);
  j.events := j.events + cardinality(events);
  if name = 'extend' then
    update job set rank = at_ + (op->>5)::bigint where number = j.number;
  elsif name = 'ack' then
    events := events || job_move(j, at_, 'done', at_, j.attempt, 'done', null, null, op->>5);
  elsif name = 'release' then
    events := events || job_queue(j, at_, 0, j.attempt - 1, 'released', null, null);
  elsif name = 'nak' and ((op->>7)::boolean or j.attempt >= j.max_attempts) then
    events := events || job_move(j, at_, 'dead', at_, j.attempt, 'dead', '{"error":' || error_ || '}', error_, null);
    return queue_answer('"dead"', events);
  elsif name = 'nak' then
    events := events || job_queue(j, at_, (op->>5)::bigint, j.attempt, 'retry',
      '{"delayMs":' || (op->>5) || ',"error":' || error_ || '}', error_);
    return queue_answer('"retry"', events);
  end if;
  return queue_answer('true', events);
end $$;

-- One notification a transaction, of which queue has jobs again and which jobs have news: it takes a lock of the whole
-- server until the commit. "*" where it would be too long: then all look.
create function queue_notify(channel text, events json[]) returns void language plpgsql as $$
declare
  message text;
begin
  select json_build_object(
    'queues', coalesce(json_agg(distinct e->>0)
      filter (where e->>6 in ('queued', 'retry', 'released', 'expired', 'requeued')), '[]'),
    'jobs', coalesce(json_agg(distinct jsonb_build_array(e->>0, e->>1)), '[]')
  )::text into message from unnest(events) as e;
  perform pg_notify(channel, case when octet_length(message) < 7900 then message else '*' end);
end $$;

-- Does a batch in order, in one transaction.
-- @param now_ milliseconds since the epoch; null: the clock of the server.
-- @param keep {idMs, endedMs, deadMs}
-- @returns {answers, events, leased: bodies of what was leased}
create function queue_apply(batch_ uuid, operations json, node_ text, keep json, now_ bigint, channel text)
returns json language plpgsql as $$
declare
  op json; step queue_step; answers json[] := '{}'; events json[] := '{}'; whole json; at_ bigint; bodies json;
  kept text[] := '{}';
begin
  whole := applied_before(batch_);
  if whole is null then
    for op in select * from json_array_elements(operations) loop
      at_ := coalesce(now_, clock_ms());
      -- Once for all workers that ask at the same moment.
      if op->>0 = 'lease' and not op->>1 = any (kept) then
        events := events || queue_upkeep(op->>1, at_, keep);
        kept := kept || (op->>1);
      end if;
      step := case op->>0
        when 'enqueue' then queue_enqueue(op, at_, keep)
        when 'lease' then queue_lease(op, at_, node_)
        when 'reclaim' then queue_reclaim(op, at_, node_)
        when 'cancel' then queue_decide(op, at_)
        when 'requeue' then queue_decide(op, at_)
        else queue_work(op, at_)
      end;
      answers := answers || step.answer;
      events := events || step.events;
    end loop;
    whole := json_build_object('answers', array_to_json(answers), 'events', array_to_json(events));
    if cardinality(events) > 0 then
      perform keep_applied(batch_, whole);
      perform queue_notify(channel, events);
    end if;
  end if;
  -- Bodies go with the answer and are not kept in it: who asks again reads them from their rows.
  select json_agg(json_build_array(j.number, j.token, j.id, j.kind, j.body, j.attempt, j.max_attempts, j.created_at))
    into bodies
    from json_array_elements(whole->'answers') as a
      cross join lateral json_array_elements(
        case when json_typeof(a) = 'object' then a->'leased' else '[]' end
      ) as l
      join job as j on j.number = (l->>0)::bigint and j.token = (l->>1)::bigint;
  return json_build_object('answers', whole->'answers', 'events', whole->'events', 'bodies', coalesce(bodies, '[]'));
end $$;
