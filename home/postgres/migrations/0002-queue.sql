-- The queue. Texts that a job carries are JSON literals: PostgreSQL's text cannot hold U+0000 nor half a surrogate pair.
create table job (
  number bigint generated always as identity primary key,
  queue text collate "C" not null,
  id text collate "C" not null,
  kind text not null,
  state "char" not null check (state in ('r', 'y', 'l', 'd', 'x', 'c')), -- Ready, delaYed, Leased, Done, dead (X), Cancelled
  rank bigint not null,
  priority int not null,
  attempt int not null,
  max_attempts int not null,
  token bigint not null,
  holder text,
  created_at bigint not null,
  changed_at bigint not null,
  events int not null,
  error text,
  result text,
  body text not null,
  unique (queue, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create index job_rank on job (queue, state, rank);
create table job_event (
  job bigint not null, seq int not null, at bigint not null, type text not null, attempt int not null, about text,
  primary key (job, seq)
);
create function job_event_add(j job, kind_ text, attempt_ int, about_ text, at_ bigint) returns json language plpgsql as $$
begin
  insert into job_event values (j.number, j.events + 1, at_, kind_, attempt_, about_);
  return json_build_array(j.queue, j.id, j.kind, j.created_at, j.events + 1, at_, kind_, attempt_, about_);
end $$;

-- state, rank, attempt, token, error, result, event. Gives what is to be said of it.
create function job_move(j job, state_ "char", rank_ bigint, attempt_ int, error_ text, result_ text,
  type_ text, about_ text, at_ bigint) returns json language plpgsql as $$
begin
  update job set state = state_, rank = rank_, attempt = attempt_, changed_at = at_, events = j.events + 1,
    error = coalesce(error_, j.error), result = result_, holder = null where number = j.number;
  return job_event_add(j, type_, attempt_, about_, at_);
end $$;

create function ready_rank(priority int, number bigint) returns bigint language sql immutable as
  $$ select (1000 - priority)::bigint * 2199023255552 + number $$;

create function job_queue_again(j job, delay bigint, attempt_ int, error_ text, type_ text, about_ text, at_ bigint)
returns json language plpgsql as $$
begin
  if delay <= 0 then
    return job_move(j, 'r', ready_rank(j.priority, j.number), attempt_, error_, null, type_, about_, at_);
  end if;
  return job_move(j, 'y', at_ + delay, attempt_, error_, null, type_, about_, at_);
end $$;

create function job_expire(j job, at_ bigint) returns json language plpgsql as $$
declare lost constant text := '{"code":"WORKER_LOST","message":"whoever worked on it was not heard of any more"}';
begin
  if j.attempt < j.max_attempts then
    return job_queue_again(j, 0, j.attempt, lost, 'expired', '{"error":' || lost || '}', at_);
  end if;
  return job_move(j, 'x', at_, j.attempt, lost, null, 'dead', '{"error":' || lost || '}', at_);
end $$;

-- Does a batch in order, in one transaction and one round trip.
-- @param ops [[op, ...], ...]; now_ null: the clock of the server. keep: {id, ended, dead} in ms.
create function queue_apply(batch_ uuid, ops json, keep json, who text, now_ bigint, channel text) returns json language plpgsql as $$
declare
  op json; o text; j job; said json[] := '{}'; answers json[] := '{}'; a json; at_ bigint; done json; wrote boolean := false;
  n bigint; d bigint; r record; e record; old job; q text; woken text[] := '{}'; told text[] := '{}'; msg text; s json; given json[] := '{}'; more json[];
begin
  select answer into done from applied where batch = batch_;
  if found then return done; end if;
  for op in select * from json_array_elements(ops) loop
    o := op->>0; q := op->>1; at_ := coalesce(now_, clock_ms()); a := 'false';
    if o = 'enqueue' then -- queue id kind delay priority max body
      d := (op->>4)::bigint;
      loop
        insert into job (queue, id, kind, state, rank, priority, attempt, max_attempts, token, created_at, changed_at, events, body)
          values (q, op->>2, op->>3, case when d > 0 then 'y' else 'r' end::"char", case when d > 0 then at_ + d else 0 end,
            (op->>5)::int, 0, (op->>6)::int, 0, at_, at_, 0, op->>7)
          on conflict do nothing returning * into j;
        exit when found;
        select * into old from job where queue = q and id = op->>2 for update;
        continue when not found;
        if old.state in ('d', 'c') and old.changed_at + (keep->>0)::bigint <= at_ then
          delete from job_event where job = old.number; delete from job where number = old.number;
          continue;
        end if;
        a := json_build_array(true, old.body = op->>7); j := null;
        exit;
      end loop;
      if j.number is not null then
        update job set events = 1, rank = case when d > 0 then rank else ready_rank(j.priority, j.number) end where number = j.number;
        said := said || job_event_add(j, 'queued', 0, case when d > 0 then json_build_object('delayMs', d)::text end, at_);
        a := '[false,true]'; wrote := true;
      end if;
    elsif o = 'lease' then -- queue max leaseMs
      for r in select 1 as k, number from job where queue = q and state = 'y' and rank <= at_ order by rank limit 100 for update skip locked loop
        update job set state = 'r', rank = ready_rank(priority, number) where number = r.number; wrote := true;
      end loop;
      for j in select * from job where queue = q and state = 'l' and rank <= at_ order by rank limit 100 for update skip locked loop
        said := said || job_expire(j, at_); wrote := true;
      end loop;
      for e in select * from unnest(array['d', 'c', 'x']::"char"[], array[keep->>1, keep->>1, keep->>2]::bigint[]) as e(letter, kept) loop
        for r in select number from job where queue = q and state = e.letter and rank <= at_ - e.kept order by rank limit 100 for update skip locked loop
          delete from job_event where job = r.number; delete from job where number = r.number; wrote := true;
        end loop;
      end loop;
      a := '[]';
      with front as materialized (
        select number from job where queue = q and state = 'r' order by rank limit (op->>2)::int for update skip locked
      ), moved as (
        update job set state = 'l', rank = at_ + (op->>3)::bigint, attempt = job.attempt + 1, token = job.token + 1, holder = who,
          changed_at = at_, events = job.events + 1, result = null
        from front where job.number = front.number returning job.*
      ), told as (
        insert into job_event select number, events, at_, 'started', attempt, null from moved returning 1
      )
      select coalesce(json_agg(json_build_array(number, token) order by ready_rank(priority, number)), '[]'),
        said || coalesce(array_agg(json_build_array(queue, id, kind, created_at, events, at_, 'started', attempt, null)
          order by ready_rank(priority, number)), '{}'),
        given || coalesce(array_agg(json_build_array(number, token, id, kind, body, attempt, max_attempts, created_at)), '{}')
        into a, said, given from moved;
      if json_array_length(a) > 0 then wrote := true; end if;
    elsif o = 'reclaim' then
      n := 0;
      for j in select * from job where queue = q and state = 'l' and holder = who order by rank for update loop
        said := said || job_expire(j, at_); n := n + 1; wrote := true;
      end loop;
      a := to_json(n);
    elsif o in ('cancel', 'requeue') then
      select * into j from job where queue = q and id = op->>2 for update;
      if o = 'cancel' and j.state in ('r', 'y', 'l') then
        said := said || job_move(j, 'c', at_, j.attempt, null, null, 'cancelled', null, at_); a := 'true'; wrote := true;
      elsif o = 'requeue' and j.state = 'x' then
        said := said || job_queue_again(j, 0, 0, null, 'requeued', null, at_); a := 'true'; wrote := true;
      end if;
    else -- extend, ack, nak, release, note: queue id token ...
      select * into j from job where queue = q and id = op->>2 for update;
      if j.state is distinct from 'l' or j.token is distinct from (op->>3)::bigint then
        if o = 'nak' then a := '"lost"'; end if;
      else
        a := 'true'; wrote := true;
        if o = 'extend' then
          update job set rank = at_ + (op->>4)::bigint where number = j.number;
        elsif o = 'ack' then
          said := said || job_move(j, 'd', at_, j.attempt, null, op->>4, 'done', null, at_);
        elsif o = 'release' then
          said := said || job_queue_again(j, 0, j.attempt - 1, null, 'released', null, at_);
        elsif o = 'note' then
          if j.events < 1000 then
            said := said || job_event_add(j, 'note', j.attempt,
              case when j.events = 999 then '{"note":"{\"type\":\"dropped\"}"}' else op->>4 end, at_);
            update job set events = j.events + 1 where number = j.number;
          end if;
        elsif (op->>6)::boolean or j.attempt >= j.max_attempts then -- nak: delay error final
          said := said || job_move(j, 'x', at_, j.attempt, op->>5, null, 'dead', '{"error":' || (op->>5) || '}', at_); a := '"dead"';
        else
          d := (op->>4)::bigint;
          said := said || job_queue_again(j, d, j.attempt, op->>5, 'retry',
            '{"delayMs":' || d || ',"error":' || (op->>5) || '}', at_); a := '"retry"';
        end if;
      end if;
    end if;
    j := null;
    answers := answers || a;
  end loop;
  done := json_build_object('answers', array_to_json(answers), 'said', array_to_json(said));
  if wrote then
    perform keep_applied(batch_, done);
    if channel <> '' then
      -- One notification a transaction: it takes a lock of the whole cluster until the commit.
      foreach s in array said loop
        if (s->>6) in ('queued', 'retry', 'released', 'expired', 'requeued') and not (s->>0) = any (woken) then woken := woken || (s->>0); end if;
        if not (s->>0 || E'\x01' || (s->>1)) = any (told) and cardinality(told) < 50 then told := told || (s->>0 || E'\x01' || (s->>1)); end if;
      end loop;
      if cardinality(woken) + cardinality(told) > 0 then
        msg := json_build_array(woken, told)::text;
        if octet_length(msg) > 7000 or cardinality(told) >= 50 then msg := json_build_array(woken, '*')::text; end if;
        perform pg_notify(channel, case when octet_length(msg) > 7000 then '*' else msg end);
      end if;
    end if;
  end if;
  -- Bodies come with the answer, and are not kept beside it: who asks again reads them from their rows.
  return json_build_object('answers', array_to_json(answers), 'said', array_to_json(said), 'given', array_to_json(given));
end $$;
