/** Looks at the queue of several machines. None of them changes anything. */
import type { JobEvent, JobPage, JobRecord, ListOptions, QueueStats } from "#core/queue.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";
import { cursorOf, MAX_LEASES_LISTED, readCursor } from "../queue/job-reads.ts";
import {
  ENDED,
  type EventRow,
  eventOf,
  type FullRow,
  recordOf,
  STORED,
  type StoredState,
  stateOf,
} from "../queue/job-rows.ts";
import { nextLane } from "../queue/ranks.ts";
import { COLUMNS, rowOf, type StoredRow } from "./queue-rows.ts";

/** Events that a reader takes at once. */
const PAGE = 128;
/** The first page of a state begins behind this. */
const BEFORE_ALL = { rank: -1, number: -1 } as const;

type Figure = string | number | null;

interface Count {
  readonly state: StoredState;
  readonly count: number;
}

/** What waits and what runs. */
const LIVE: readonly StoredState[] = ["ready", "delayed", "running"];

/** What a reader of events finds at one look. */
interface EventPage {
  readonly number: number;
  readonly isEnded: boolean;
  readonly events: readonly JobEvent[];
}

/** Counted again after so many times what counting took: then it costs a node 2 % of its time at the most. */
const COUNT_PAUSE = 50;

export class QueueReads {
  readonly #client: PgCalls;
  readonly #endedForMs: number;
  /** How many jobs of a queue have ended, and until when that is good enough, by the clock of the process. */
  readonly #ended = new Map<
    string,
    { readonly counts: readonly Count[]; readonly until: number }
  >();

  /** @param endedForMs how old the number of jobs that have ended may be in {@link QueueReads.stats}, at least. */
  constructor(client: PgCalls, endedForMs: number) {
    this.#client = client;
    this.#endedForMs = endedForMs;
  }

  async get(queue: string, id: string): Promise<JobRecord | undefined> {
    const [row] = await this.#jobs("where queue = $1::text and id = $2::text", [queue, id]);
    return row && recordOf(row);
  }

  async list(queue: string, { state, after, limit }: ListOptions): Promise<JobPage> {
    const cursor = after === undefined ? undefined : readCursor(after);
    if (state === undefined) {
      const before = cursor?.number ?? Number.MAX_SAFE_INTEGER;
      const rows = await this.#jobs(
        `where queue = $1::text and number < $2::text::bigint
         order by number desc limit $3::text::int`,
        [queue, before, limit],
      );
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return { jobs: rows.map(recordOf), next: last && cursorOf({ ...last, index: 0 }) };
    }
    const jobs: JobRecord[] = [];
    for (const [index, stored] of STORED[state].entries()) {
      if (cursor !== undefined && index < cursor.index) continue;
      const { rank, number } = index === cursor?.index ? cursor : BEFORE_ALL;
      const rows = await this.#jobs(
        `where queue = $1::text and state = $2::text
           and (rank, number) > ($3::text::bigint, $4::text::bigint)
         order by rank, number limit $5::text::int`,
        [queue, stored, rank, number, limit - jobs.length],
      );
      jobs.push(...rows.map(recordOf));
      const last = rows.at(-1);
      if (last !== undefined && jobs.length === limit) {
        return { jobs, next: cursorOf({ ...last, index }) };
      }
    }
    return { jobs };
  }

  /** @returns `undefined` for a job that is not there. */
  async events(queue: string, id: string, from: number): Promise<EventPage | undefined> {
    // The state first, and both of one moment: behind an end there are no events.
    const [found] = await this.#select<{
      readonly number: number;
      readonly state: StoredState;
      readonly events: readonly EventRow[] | null;
    }>(
      `select number, state, (
         select json_agg(page) from (
           select seq, at, type, attempt, about from job_event
           where job = number and seq >= $3::text::int order by seq limit ${PAGE}
         ) as page
       ) as events
       from job where queue = $1::text and id = $2::text`,
      [queue, id, from],
    );
    if (found === undefined) return undefined;
    const { number, state, events } = found;
    return { number, isEnded: ENDED.has(state), events: (events ?? []).map(eventOf) };
  }

  /** @param now milliseconds since the epoch. @default the clock of the server */
  async stats(queue: string, now?: number): Promise<QueueStats> {
    const depth = { queued: 0, running: 0, done: 0, dead: 0, cancelled: 0 };
    const counts = [...(await this.#counts(queue, LIVE)), ...(await this.#endedCounts(queue))];
    for (const { state, count } of counts) depth[stateOf(state)] += count;
    const leased = await this.#select<{ readonly ms: number }>(
      `select coalesce($2::text::bigint, clock_ms()) - changed_at as ms from job
       where queue = $1::text and state = 'running' order by rank limit ${MAX_LEASES_LISTED}`,
      [queue, now ?? null],
    );
    const leasedMs = leased.map(({ ms }) => Math.max(0, ms)).sort((one, other) => other - one);
    return { depth, oldestMs: await this.#oldestMs(queue, now), leasedMs };
  }

  /** Those that have ended are kept for a day or a month: millions, which each of many nodes would count. */
  async #endedCounts(queue: string): Promise<readonly Count[]> {
    const cached = this.#ended.get(queue);
    const began = performance.now();
    if (cached !== undefined && began < cached.until) return cached.counts;
    const counts = await this.#counts(queue, [...ENDED]);
    const now = performance.now();
    const goodForMs =
      this.#endedForMs === 0 ? 0 : Math.max(this.#endedForMs, (now - began) * COUNT_PAUSE);
    this.#ended.set(queue, { counts, until: now + goodForMs });
    return counts;
  }

  async #counts(queue: string, states: readonly StoredState[]): Promise<readonly Count[]> {
    const listed = states.map((state) => `'${state}'`).join(", ");
    return await this.#select<Count>(
      `select state, count(*) as count from job where queue = $1::text and state in (${listed})
       group by state`,
      [queue],
    );
  }

  async #oldestMs(queue: string, now: number | undefined): Promise<number> {
    let oldestMs = 0;
    // In each priority the first is the oldest, and there are few priorities.
    for (let rank = 0; ; ) {
      const [first] = await this.#select<{ readonly rank: number; readonly ms: number }>(
        `select rank, coalesce($3::text::bigint, clock_ms()) - created_at as ms from job
         where queue = $1::text and state = 'ready' and rank >= $2::text::bigint
         order by rank limit 1`,
        [queue, rank, now ?? null],
      );
      if (first === undefined) return oldestMs;
      oldestMs = Math.max(oldestMs, first.ms);
      rank = nextLane(first.rank);
    }
  }

  async #jobs(rest: string, values: readonly Figure[]): Promise<readonly FullRow[]> {
    const rows = await this.#select<StoredRow>(`select ${COLUMNS} from job ${rest}`, values);
    return rows.map(rowOf);
  }

  /** As JSON: a client would give 64-bit numbers as texts. All of ours are below 2 ** 53. */
  async #select<Row>(text: string, values: readonly Figure[]): Promise<readonly Row[]> {
    const [found] = await this.#client.query<{ readonly rows: string | null }>(
      `select json_agg(found)::text as rows from (${text}) as found`,
      values.map((value) => (typeof value === "number" ? String(value) : value)),
    );
    const rows: readonly Row[] = JSON.parse(found?.rows ?? "[]");
    return rows;
  }
}
