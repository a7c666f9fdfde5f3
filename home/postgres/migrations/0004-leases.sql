-- Leases, for all machines. The secret that signs them is one for all; who can read it can write the rows as well.
create table lease_secret (
  only_one boolean primary key default true check (only_one),
  secret text not null
);

create table lease (
  number bigint primary key,
  id text collate "C" not null unique,
  parent text,
  caveats text not null,
  signature text not null,
  granted_at bigint not null,
  uses bigint not null default 0,
  revoked boolean not null default false
);
create sequence lease_number owned by lease.number;

-- The rows, the newest first, the clock and the secret at one moment.
create function lease_look(now_ bigint) returns json language sql volatile as $$
  select json_build_object(
    'now', coalesce(now_, clock_ms()),
    'secret', (select secret from lease_secret),
    'rows', (
      select coalesce(json_agg(json_build_object(
        'id', id, 'parent', parent, 'caveats', caveats, 'signature', signature, 'grantedAt', granted_at,
        'uses', uses, 'isRevoked', revoked
      ) order by number desc), '[]') from lease
    )
  );
$$;

-- Uses each of a line once, where all are as they were when it was decided. @param line [[id, uses], …], ordered by id.
create function lease_use(batch_ uuid, line json) returns json language plpgsql as $$
declare
  done json; one json;
begin
  select answer into done from applied where batch = batch_;
  if found then return done; end if;
  perform 1 from lease where id in (select e->>0 from json_array_elements(line) as e) order by id for update;
  for one in select * from json_array_elements(line) loop
    perform 1 from lease where id = one->>0 and uses = (one->>1)::bigint and not revoked;
    if not found then return 'false'; end if;
  end loop;
  update lease set uses = uses + 1 where id in (select e->>0 from json_array_elements(line) as e);
  perform keep_applied(batch_, 'true');
  return 'true';
end $$;
