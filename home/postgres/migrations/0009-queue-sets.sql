-- A batch of a busy node is ends of jobs and requests for the next ones, in turns: ack, lease, ack, lease. Done together
-- they are two statements, and answer what one after the other would answer.

-- Plans are made when a connection is new and kept, often while the table is small and all ways through it look alike.
-- So each question has one index that can answer it: with the queue in front of both, the look for dead jobs read all of
-- the queue by their ids, 1 ms for 2,300 jobs.
alter table job drop constraint job_queue_id_key, add unique (id, queue);
drop index job_rank;
create index job_rank on job (state, queue, rank);

-- What operations answer, and the events that they wrote.
create type queue_steps as (answers json[], events json[]);
create type queue_ends as (places int[], events json[]);

-- Ends the jobs whose acks may come before all else of the batch, because nothing in it could tell: no other operation
-- names the job, and its lease has not run out. Not for a batch with a reclaim.
-- @returns the places of these acks in the batch.
create function queue_ack_all(operations json, at_ bigint) returns queue_ends language plpgsql as $$
declare
  ended queue_ends;
begin
  with op as materialized (
    select place, value->>1 as queue, value->>2 as id, (value->>3)::bigint as token, value->>5 as result
    from (
      select value, ordinality::int as place, count(*) over (partition by value->>1, value->>2) as namers
      from json_array_elements(operations) with ordinality
    ) as named
    where value->>0 = 'ack' and namers = 1 and value->>4 is null
  ), held as materialized (
    select op.place, op.result as fresh, j.*
    -- offset: the state is looked at behind the lock, not instead of the name.
    from op cross join lateral (select * from job where queue = op.queue and id = op.id for update offset 0) as j
    where j.state = 'running' and j.token = op.token and j.rank > at_
  ), moved as (
    update job set state = 'done', rank = at_, changed_at = at_, events = held.events + 1, node = null, error = null,
      result = held.fresh
      from held where job.number = held.number
  ), written as (
    insert into job_event select number, events + 1, at_, 'done', attempt, null from held
  )
  select
    array_agg(place),
    array_agg(json_build_array(queue, id, kind, created_at, events + 1, at_, 'done', attempt, null))
    into ended from held;
  return row(coalesce(ended.places, '{}'), coalesce(ended.events, '{}'))::queue_ends;
end $$;

-- Requests that want the same, one after the other: [name, queue, max, ms, kinds that are left, as JSON, kinds that are
-- taken or null: all]. `wanted`: how many each of them wants. Each answers with numbers and tokens; where there are
-- none, in how many milliseconds there may be something to lease.
create function queue_lease_all(op json, wanted int[], at_ bigint, node_ text)
returns queue_steps language plpgsql as $$
declare
  leased json[]; told json[]; answers json[] := '{}'; due bigint; most int; given int := 0;
  total constant bigint := (select sum(one) from unnest(wanted) as one);
  left_ text[] := array(select json_array_elements_text((op->>4)::json));
  taken text[] := case when op->>5 is not null then array(select json_array_elements_text((op->>5)::json)) end;
begin
  with front as materialized (
    select number from job
    where queue = op->>1 and state = 'ready' and kind <> all (left_) and (taken is null or kind = any (taken))
    order by rank limit total for update skip locked
  ), moved as (
    update job set state = 'running', rank = at_ + (op->>3)::bigint, attempt = attempt + 1, token = token + 1,
      node = node_, changed_at = at_, events = job.events + 1, result = null
      where number = any (array(select number from front)) returning job.*
  ), written as (
    insert into job_event select number, moved.events, at_, 'started', attempt, null from moved
  )
  select
    array_agg(json_build_array(number, token) order by job_rank_of(priority, number)),
    array_agg(
      json_build_array(queue, id, kind, created_at, moved.events, at_, 'started', attempt, null)
      order by job_rank_of(priority, number)
    )
    into leased, told from moved;
  if coalesce(cardinality(leased), 0) < total then
    select least(
      (select rank from job where queue = op->>1 and state = 'delayed' order by rank limit 1),
      (select rank from job where queue = op->>1 and state = 'running' order by rank limit 1)
    ) - at_ into due;
  end if;
  foreach most in array wanted loop
    answers := answers || case when given < cardinality(leased)
      then json_build_object('leased', array_to_json(leased[given + 1 : given + most]))
      else json_build_object('leased', '[]'::json, 'dueMs', due)
    end;
    given := given + most;
  end loop;
  return row(answers, coalesce(told, '{}'))::queue_steps;
end $$;
drop function queue_lease(json, bigint, text);

-- Whether there is something for queue_upkeep. Mostly there is not, and that is one statement.
create function queue_is_due(queue_ text, at_ bigint, keep json) returns boolean language plpgsql as $$
declare
  ended constant bigint := at_ - (keep->>'endedMs')::bigint;
begin
  return exists (select from job where queue = queue_ and state = 'delayed' and rank <= at_)
    or exists (select from job where queue = queue_ and state = 'running' and rank <= at_)
    or exists (select from job where queue = queue_ and state = 'done' and rank <= ended)
    or exists (select from job where queue = queue_ and state = 'cancelled' and rank <= ended)
    or exists (select from job where queue = queue_ and state = 'dead' and rank <= at_ - (keep->>'deadMs')::bigint);
end $$;

-- Does a batch in one transaction, with the answers that it has when it is done in order.
-- @param now_ milliseconds since the epoch; null: the clock of the server.
-- @param keep {idMs, endedMs, deadMs}
-- @returns {answers, events, bodies of what was leased}
create or replace function queue_apply(
  batch_ uuid, operations json, node_ text, keep json, now_ bigint, channel text
) returns json language plpgsql
-- As for the indexes: no plan that reads the table from end to end is to be kept.
set enable_seqscan = off
set jit = off
as $$
declare
  all_ constant json[] := array(select json_array_elements(operations));
  names constant text[] := array(select value->>0 from json_array_elements(operations));
  op json; step queue_step; steps queue_steps; ended queue_ends; whole json; bodies json;
  at_ bigint := coalesce(now_, clock_ms());
  answers json[] := '{}'; places int[] := '{}'; events json[] := '{}'; kept text[] := '{}';
  -- The first of several requests that want the same and have nothing between them, and how many each of them wants.
  alike json; wanted int[];
begin
  whole := applied_before(batch_);
  if whole is null then
    if 'ack' = any (names) and not 'reclaim' = any (names) then
      ended := queue_ack_all(operations, at_);
      places := ended.places;
      answers := array_fill('true'::json, array[cardinality(places)]);
      events := ended.events;
    end if;
    -- Behind the last operation there is none: the requests before it are done there.
    for place in 1 .. cardinality(all_) + 1 loop
      continue when place = any (ended.places);
      op := all_[place];
      at_ := coalesce(now_, clock_ms());
      if alike is not null and (
        op->>0 is distinct from 'lease' or op->>1 <> alike->>1 or op->>3 <> alike->>3 or op->>4 <> alike->>4
          or op->>5 is distinct from alike->>5
      ) then
        if alike->>1 <> all (kept) then
          -- Once for all workers that ask at the same moment.
          kept := kept || (alike->>1);
          if queue_is_due(alike->>1, at_, keep) then
            events := events || queue_upkeep(alike->>1, at_, keep);
          end if;
        end if;
        steps := queue_lease_all(alike, wanted, at_, node_);
        answers := answers || steps.answers;
        events := events || steps.events;
        alike := null;
      end if;
      exit when op is null;
      places := places || place;
      if op->>0 = 'lease' then
        wanted := case when alike is null then array[(op->>2)::int] else wanted || (op->>2)::int end;
        alike := coalesce(alike, op);
        continue;
      end if;
      step := case op->>0
        when 'enqueue' then queue_enqueue(op, at_, keep)
        when 'reclaim' then queue_reclaim(op, at_, node_)
        when 'cancel' then queue_decide(op, at_)
        when 'requeue' then queue_decide(op, at_)
        else queue_work(op, at_)
      end;
      answers := answers || step.answer;
      events := events || step.events;
    end loop;
    whole := json_build_object(
      'answers', array_to_json(array(
        select answer from unnest(answers, places) as given (answer, place) order by given.place
      )),
      'events', array_to_json(events)
    );
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
      -- offset: each by its number, for the planner believes that there are thousands, and would read the whole table.
      cross join lateral (select * from job where number = (l->>0)::bigint offset 0) as j
    where j.token = (l->>1)::bigint;
  return json_build_object('answers', whole->'answers', 'events', whole->'events', 'bodies', coalesce(bodies, '[]'));
end $$;
