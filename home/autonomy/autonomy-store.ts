/** The bursts of a home, each step of them, and what was searched for: on disk, for the process that works and its owner. */
import { openPrivateDatabase } from "#platform/private-database.ts";

export interface BurstRow {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Absent: it runs, or the process that ran it is gone. */
  readonly endedAt?: number | undefined;
  /** Why it ended, in one word. */
  readonly end?: string | undefined;
  /** What it came to, as JSON. */
  readonly report?: string | undefined;
  /** It brought nothing to store. */
  readonly isEmpty: boolean;
  /** It tried tools, and each of them did what it says. */
  readonly isPerfectTest: boolean;
}

/** What a burst that has ended came to. */
export interface EndedBurst extends Pick<BurstRow, "isEmpty" | "isPerfectTest"> {
  readonly endedAt: number;
  readonly end: string;
  readonly report: string;
}

interface Row {
  readonly id: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly end: string | null;
  readonly report: string | null;
  readonly is_empty: number;
  readonly is_perfect: number;
}

const SCHEMA = `
  create table if not exists burst (
    id text primary key,
    started_at integer not null,
    ended_at integer,
    "end" text,
    report text,
    is_empty integer not null default 1,
    is_perfect integer not null default 0
  ) strict;
  create index if not exists burst_start on burst (started_at);
  create table if not exists step (
    burst text not null references burst,
    number integer not null,
    body text not null,
    primary key (burst, number)
  ) strict, without rowid;
  create table if not exists search (
    key text primary key,
    at integer not null
  ) strict, without rowid;
`;

/** The same search is made again after so long, in milliseconds. */
const SEARCH_MS = 24 * 3_600_000;
/** More than a person reads; older ones go with their steps. */
const MOST_BURSTS = 1000;

export class AutonomyStore implements Disposable {
  readonly #database: ReturnType<typeof openPrivateDatabase>;
  readonly #most: number;

  /**
   * @param path of the database; a missing one is made. Several processes may have it open.
   * @param most bursts to store.
   * @throws {OrgError} `JOURNAL_CORRUPT` for a damaged file, `FILE_FAILED` when the system refuses.
   */
  constructor(path: string, most: number = MOST_BURSTS) {
    this.#database = openPrivateDatabase(path, SCHEMA);
    this.#most = most;
  }

  /** A burst begins: on disk before anything of it is done. */
  begin(id: string, startedAt: number): void {
    this.#database.query("insert into burst (id, started_at) values (?, ?)").run(id, startedAt);
    const old =
      "select id from burst where ended_at is not null order by rowid desc limit -1 offset ?";
    this.#database.query(`delete from step where burst in (${old})`).run(this.#most);
    this.#database.query(`delete from burst where id in (${old})`).run(this.#most);
  }

  /** Adds a step, on disk when it returns. @param body as JSON. @throws for a burst that has ended. */
  append(burst: string, body: string): void {
    const added = this.#database
      .query(
        `insert into step select id, (select count(*) from step where burst = ?1), ?2
         from burst where id = ?1 and ended_at is null`,
      )
      .run(burst, body);
    if (added.changes === 0) throw new Error(`The burst ${burst} has ended`);
  }

  /** Its steps, the oldest first, as JSON. */
  steps(burst: string): readonly string[] {
    return this.#database
      .query<{ body: string }, [string]>("select body from step where burst = ? order by number")
      .all(burst)
      .map(({ body }) => body);
  }

  /** A burst ends, once, by the first caller that says so. @returns whether it was this call that ended it. */
  finish(id: string, about: EndedBurst): boolean {
    const { endedAt, end, report, isEmpty, isPerfectTest } = about;
    return (
      this.#database
        .query(
          `update burst set ended_at = ?, "end" = ?, report = ?, is_empty = ?, is_perfect = ?
           where id = ? and ended_at is null`,
        )
        .run(endedAt, end, report, Number(isEmpty), Number(isPerfectTest), id).changes === 1
    );
  }

  get(id: string): BurstRow | undefined {
    const row = this.#database.query<Row, [string]>("select * from burst where id = ?").get(id);
    return row === null ? undefined : rowOf(row);
  }

  /** Those that began from a time on, and any that has not ended; in the order in which they began. */
  since(at: number): readonly BurstRow[] {
    return this.#database
      .query<Row, [number]>(
        "select * from burst where started_at >= ? or ended_at is null order by rowid",
      )
      .all(at)
      .map(rowOf);
  }

  /** When the newest ones began and what came of them, the oldest of them first. */
  past(most: number): readonly Pick<BurstRow, "startedAt" | "isEmpty" | "isPerfectTest">[] {
    return this.#database
      .query<Pick<Row, "started_at" | "is_empty" | "is_perfect">, [number]>(
        "select started_at, is_empty, is_perfect from burst order by rowid desc limit ?",
      )
      .all(most)
      .map((row) => ({
        ...{ startedAt: row.started_at },
        ...{ isEmpty: row.is_empty === 1, isPerfectTest: row.is_perfect === 1 },
      }))
      .reverse();
  }

  /** The newest first. */
  newest(most: number): readonly BurstRow[] {
    return this.#database
      .query<Row, [number]>("select * from burst order by rowid desc limit ?")
      .all(most)
      .map(rowOf);
  }

  /**
   * Puts what was made of them in the place of all steps and reports; no page and no log holds the old ones then, unless
   * another process reads at that moment.
   *
   * @param change takes JSON and gives JSON.
   */
  rewrite(change: (json: string) => string): void {
    this.#database.run("pragma secure_delete = on");
    const all = this.#database.transaction(() => {
      for (const { burst, number, body } of this.#database
        .query<{ burst: string; number: number; body: string }, []>("select * from step")
        .all()) {
        const changed = change(body);
        const update = "update step set body = ? where burst = ? and number = ?";
        if (changed !== body) this.#database.query(update).run(changed, burst, number);
      }
      for (const { id, report } of this.newest(this.#most + 1)) {
        const changed = report === undefined ? undefined : change(report);
        const update = "update burst set report = ? where id = ?";
        if (changed !== undefined && changed !== report)
          this.#database.query(update).run(changed, id);
      }
    });
    all.immediate();
    this.#database.run("pragma wal_checkpoint(truncate)");
  }

  /** Writes down that something is searched for. @returns false when it was within the last day. */
  searches(key: string, at: number): boolean {
    const previous = this.#database
      .query<{ at: number }, [string]>("select at from search where key = ?")
      .get(key);
    // A clock that was set back must not keep it out for longer.
    if (previous !== null && Math.abs(at - previous.at) < SEARCH_MS) return false;
    this.#database.query("delete from search where abs(? - at) >= ?").run(at, SEARCH_MS);
    this.#database.query("insert or replace into search values (?, ?)").run(key, at);
    return true;
  }

  [Symbol.dispose](): void {
    this.#database.close(true);
  }
}

function rowOf(row: Row): BurstRow {
  return {
    ...{ id: row.id, startedAt: row.started_at },
    ...{ endedAt: row.ended_at ?? undefined, end: row.end ?? undefined },
    report: row.report ?? undefined,
    ...{ isEmpty: row.is_empty === 1, isPerfectTest: row.is_perfect === 1 },
  };
}
