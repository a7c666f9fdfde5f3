/** The jobs of a home, with all that happened to them, as rows that can be copied. */
import type { PgClient } from "#platform/postgres/pg-client.ts";
import type { EventRow, FullRow } from "../../queue/job-rows.ts";
import { COLUMNS, rowOf, type StoredRow, storedText } from "../queue-rows.ts";
import { requireStorable } from "../storable.ts";
import type { RowSort, RowTarget } from "./kept-rows.ts";

/** Not which node has leased it: in the other engine, that node has nothing. */
export interface JobCopy extends FullRow {
  readonly history: readonly HistoryRow[];
}

type HistoryRow = readonly [
  seq: EventRow["seq"],
  at: EventRow["at"],
  type: EventRow["type"],
  attempt: EventRow["attempt"],
  about: EventRow["about"],
];

export const JOBS: RowSort<JobCopy> = {
  noun: "jobs",
  keyOf: ({ number }) => [number],
  isEarlier: (there, ours) =>
    birthOf(there) === birthOf(ours) &&
    there.token <= ours.token &&
    there.history.length <= ours.history.length &&
    there.history.every(
      (row, index) => JSON.stringify(row) === JSON.stringify(ours.history[index]),
    ),
};

/** What of a job never changes. */
function birthOf({ queue, id, kind, body, priority, maxAttempts, createdAt }: JobCopy): string {
  return JSON.stringify([queue, id, kind, body, priority, maxAttempts, createdAt]);
}

/**
 * Whose jobs are copied. Those of other queues stay where they are: what nodes send each other is a matter of moments, and
 * what a home does for itself it does in its own file.
 */
export const COPIED_QUEUE = "jobs";

/** Under which kinds jobs stand: those that only one machine can do bear its name where there are several. */
export interface StoredKinds {
  readonly ofHome: (kind: string) => string;
  readonly ofDatabase: (kind: string) => string;
}

/** Jobs that are read at once; a body may have a megabyte. */
export const JOB_PAGE = 32;

/** In both engines, but for the history. */
export const JOB_COLUMNS: Readonly<Record<string, keyof FullRow>> = {
  ...{ number: "number", queue: "queue", id: "id", kind: "kind", state: "state", rank: "rank" },
  ...{ priority: "priority", attempt: "attempt", max_attempts: "maxAttempts", token: "token" },
  ...{ created_at: "createdAt", changed_at: "changedAt", events: "events", error: "error" },
  ...{ result: "result", body: "body" },
};

export const JOB_NAMES: string = Object.keys(JOB_COLUMNS).join(", ");

export const JOB_UPSERT: string = `on conflict (number) do update set ${Object.keys(JOB_COLUMNS)
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")}, node = excluded.node`;

const PUT = `
  with row as (
    select * from json_to_recordset($1::text::json) as row (
      number bigint, queue text, id text, kind text, state text, rank bigint, priority int, attempt int,
      "maxAttempts" int, token bigint, "createdAt" bigint, "changedAt" bigint, events int, error text, result text,
      body text, history json
    )
  ), event_rows as (
    insert into job_event
      select number, (h->>0)::int, (h->>1)::bigint, h->>2, (h->>3)::int, h->>4
      from row cross join lateral json_array_elements(history) as h
      on conflict (job, seq) do nothing
  ), identities as (
    insert into copied_job select number, queue, id, "createdAt" from row on conflict do nothing
  )
  insert into job (${JOB_NAMES}, node)
      select ${Object.values(JOB_COLUMNS)
        .map((name) => `"${name}"`)
        .join(", ")}, case when state = 'running' then $2::text end from row
      ${JOB_UPSERT}`;

/** A job of another queue gives way: the numbers of one engine say nothing of those of the other. */
const GIVE_WAY = `
  with moved as (
    select number as old, nextval('job_number') as new from job
    where queue <> '${COPIED_QUEUE}' and number in (select value::bigint from json_array_elements_text($1::text::json))
  ), event_rows as (
    update job_event set job = new from moved where job = old
  )
  update job set number = new, rank = case when state = 'ready' then job_rank_of(priority, new) else rank end
    from moved where number = old`;

/** @param node the one that takes back at its next start what was leased where they came from. */
export function jobsOfDatabase(
  client: PgClient,
  node: string,
  kinds: StoredKinds,
): RowTarget<JobCopy> {
  return {
    async *rows() {
      for (let after = -1; ; ) {
        const [found] = await client.query<{ readonly rows: string | null }>(
          `select json_agg(found)::text as rows from (
             select ${COLUMNS}, (
               select coalesce(json_agg(json_build_array(seq, at, type, attempt, about) order by seq), '[]')
               from job_event where job = number
             ) as history
             from job where queue = '${COPIED_QUEUE}' and number > $1::text::bigint order by number limit ${JOB_PAGE}
           ) as found`,
          [String(after)],
        );
        const page: readonly (StoredRow & Pick<JobCopy, "history">)[] = JSON.parse(
          found?.rows ?? "[]",
        );
        for (const row of page) {
          yield { ...rowOf(row), kind: kinds.ofHome(row.kind), history: row.history };
          after = row.number;
        }
        if (page.length < JOB_PAGE) return;
      }
    },
    put: async (rows) => {
      for (const { queue, id, kind } of rows) {
        for (const [noun, name] of Object.entries({ queue, id, kind })) {
          requireStorable(noun === "id" ? "job" : `${noun} of a job`, name);
        }
      }
      const numbers = rows.map(({ number }) => number);
      // Behind those that come now.
      await client.query(
        "select setval('job_number', greatest(nextval('job_number'), $1::text::bigint + 1), false)",
        [String(Math.max(...numbers))],
      );
      await client.query(GIVE_WAY, [JSON.stringify(numbers)]);
      const stored = rows.map(({ body, result, kind, ...row }) => ({
        ...{ ...row, kind: kinds.ofDatabase(kind), body: storedText(body) },
        result: result === null ? null : storedText(result),
      }));
      await client.query(PUT, [JSON.stringify(stored), node]);
    },
    remove: async (rows) => {
      const numbers = JSON.stringify(rows.map(({ number }) => number));
      await client.query(
        "select job_remove(value::bigint) from json_array_elements_text($1::text::json)",
        [numbers],
      );
    },
  };
}

/** Those that came from a home, and that the database does not have any more. */
export async function forgottenByDatabase(
  client: PgClient,
  rows: readonly JobCopy[],
): Promise<readonly JobCopy[]> {
  if (rows.length === 0) return [];
  const identities = rows.map(({ number, queue, id, createdAt }) => ({
    number,
    queue,
    id,
    createdAt,
  }));
  const found = await client.query<{ readonly number: string }>(
    `select copied.number::text as number
     from json_to_recordset($1::text::json) as requested (number bigint, queue text, id text, "createdAt" bigint)
       join copied_job as copied
         on (copied.number, copied.queue, copied.id, copied.created_at)
           = (requested.number, requested.queue, requested.id, requested."createdAt")
     where not exists (select from job where job.number = copied.number)`,
    [JSON.stringify(identities)],
  );
  const numbers = new Set(found.map(({ number }) => Number(number)));
  return rows.filter(({ number }) => numbers.has(number));
}
