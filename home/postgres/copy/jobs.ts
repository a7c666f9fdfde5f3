/** The jobs of a home, with all that happened to them, as rows that can be copied. */
import type { Database } from "bun:sqlite";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { openDatabase } from "../../journal/open-database.ts";
import type { EventRow, FullRow } from "../../queue/job-rows.ts";
import { addNode, QUEUE_FORMAT } from "../../queue/schema.ts";
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

/** Jobs that are read at once; a body may have a megabyte. */
const PAGE = 32;

/** In both engines, but for the history. */
const STORED = {
  ...{ number: "number", queue: "queue", id: "id", kind: "kind", state: "state", rank: "rank" },
  ...{ priority: "priority", attempt: "attempt", max_attempts: "maxAttempts", token: "token" },
  ...{ created_at: "createdAt", changed_at: "changedAt", events: "events", error: "error" },
  ...{ result: "result", body: "body" },
} as const satisfies Record<string, keyof FullRow>;

const NAMES = Object.keys(STORED).join(", ");

const UPSERT = `on conflict (number) do update set ${Object.keys(STORED)
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")}, node = excluded.node`;

const PUT = `
  with row as (
    select * from json_to_recordset($1::text::json) as row (
      number bigint, queue text, id text, kind text, state text, rank bigint, priority int, attempt int,
      "maxAttempts" int, token bigint, "createdAt" bigint, "changedAt" bigint, events int, error text, result text,
      body text, history json
    )
  ), told as (
    insert into job_event
      select number, (h->>0)::int, (h->>1)::bigint, h->>2, (h->>3)::int, h->>4
      from row cross join lateral json_array_elements(history) as h
      on conflict (job, seq) do nothing
  ), known as (
    insert into copied_job select number, queue, id, "createdAt" from row on conflict do nothing
  ), moved as (
    select setval('job_number', greatest(nextval('job_number'), max(number) + 1), false) from row
  ), put as (
    insert into job (${NAMES}, node)
      select ${Object.values(STORED)
        .map((name) => `"${name}"`)
        .join(", ")}, case when state = 'running' then $2::text end from row
      ${UPSERT}
  )
  select * from moved`;

/** @param node the one that takes back at its next start what was leased where they came from. */
export function jobsOfDatabase(client: PgClient, node: string): RowTarget<JobCopy> {
  return {
    async *rows() {
      for (let after = -1; ; ) {
        const [found] = await client.query<{ readonly rows: string | null }>(
          `select json_agg(found)::text as rows from (
             select ${COLUMNS}, (
               select coalesce(json_agg(json_build_array(seq, at, type, attempt, about) order by seq), '[]')
               from job_event where job = number
             ) as history
             from job where number > $1::text::bigint order by number limit ${PAGE}
           ) as found`,
          [String(after)],
        );
        const page: readonly (StoredRow & Pick<JobCopy, "history">)[] = JSON.parse(
          found?.rows ?? "[]",
        );
        for (const row of page) {
          yield { ...rowOf(row), history: row.history };
          after = row.number;
        }
        if (page.length < PAGE) return;
      }
    },
    put: async (rows) => {
      for (const { queue, id, kind } of rows) {
        for (const [noun, name] of Object.entries({ queue, id, kind })) {
          requireStorable(noun === "id" ? "job" : `${noun} of a job`, name);
        }
      }
      const stored = rows.map(({ body, result, ...row }) => ({
        ...{ ...row, body: storedText(body) },
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
  const asked = rows.map(({ number, queue, id, createdAt }) => ({ number, queue, id, createdAt }));
  const found = await client.query<{ readonly number: string }>(
    `select copied.number::text as number
     from json_to_recordset($1::text::json) as asked (number bigint, queue text, id text, "createdAt" bigint)
       join copied_job as copied
         on (copied.number, copied.queue, copied.id, copied.created_at)
           = (asked.number, asked.queue, asked.id, asked."createdAt")
     where not exists (select from job where job.number = copied.number)`,
    [JSON.stringify(asked)],
  );
  const numbers = new Set(found.map(({ number }) => Number(number)));
  return rows.filter(({ number }) => numbers.has(number));
}

/**
 * The file of a home, for this process alone until it is disposed of.
 *
 * @throws {OrgError} `HOME_BUSY` while a process has it, and as any queue that is opened.
 */
export async function openJobFile(path: string): Promise<RowTarget<JobCopy> & Disposable> {
  const database = await openDatabase(path, QUEUE_FORMAT, async () => undefined);
  addNode(database);
  return { ...jobsOfFile(database), [Symbol.dispose]: () => database.close(true) };
}

function jobsOfFile(database: Database): RowTarget<JobCopy> {
  const events = database.prepare<EventRow, [number]>(
    "select seq, at, type, attempt, about from job_event where job = ? order by seq",
  );
  const page = database.prepare<FullRow, [number]>(
    `select ${COLUMNS} from job where number > ? order by number limit ${PAGE}`,
  );
  const put = database.prepare<unknown, (string | number | null)[]>(
    `insert into job (${NAMES}, node) values (${Object.keys(STORED)
      .map(() => "?")
      .join(", ")}, null) ${UPSERT}`,
  );
  const addEvent = database.prepare<unknown, (string | number | null)[]>(
    "insert or ignore into job_event values (?, ?, ?, ?, ?, ?)",
  );
  const remove = database.prepare<unknown, [number]>("delete from job where number = ?");
  const removeEvents = database.prepare<unknown, [number]>("delete from job_event where job = ?");
  return {
    async *rows() {
      for (let after = -1; ; ) {
        const rows = page.all(after);
        for (const row of rows) {
          const history = events
            .all(row.number)
            .map(({ seq, at, type, attempt, about }) => [seq, at, type, attempt, about] as const);
          yield { ...row, history };
          after = row.number;
        }
        if (rows.length < PAGE) return;
      }
    },
    put: async (rows) => {
      const write = database.transaction(() => {
        for (const row of rows) {
          put.run(...Object.values(STORED).map((name) => row[name]));
          for (const event of row.history) addEvent.run(row.number, ...event);
        }
      });
      write.immediate();
    },
    remove: async (rows) => {
      const write = database.transaction(() => {
        for (const { number } of rows) {
          removeEvents.run(number);
          remove.run(number);
        }
      });
      write.immediate();
    },
  };
}
