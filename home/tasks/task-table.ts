/** State of the scheduled tasks of a home: when they were due last, and how that went. */
import { openPrivateDatabase } from "#platform/private-database.ts";

export type TaskOutcome = "running" | "done" | "failed" | "skipped";

export interface TaskRow {
  readonly name: string;
  /** The schedule and the zone that `last_due` is counted by. */
  readonly cron: string;
  readonly zone: string;
  /** Milliseconds since the epoch; before the first run: since when it is known. */
  readonly last_due: number;
  /** When its last run was seen to have ended. */
  readonly last_end: number | null;
  /** null: it did not run yet. */
  readonly outcome: TaskOutcome | null;
}

const SCHEMA = `
  create table if not exists task (
    name text primary key,
    cron text not null,
    zone text not null,
    last_due integer not null,
    last_end integer,
    outcome text check (outcome in ('running', 'done', 'failed', 'skipped'))
  ) strict;
`;

export class TaskTable implements Disposable {
  readonly #database: ReturnType<typeof openPrivateDatabase>;

  /**
   * @param path of the database; a missing one is made. Several processes may have it open; one writes.
   * @throws {OrgError} `JOURNAL_CORRUPT` for a damaged file, `FILE_FAILED` when the system refuses.
   */
  constructor(path: string) {
    this.#database = openPrivateDatabase(path, SCHEMA);
  }

  get(name: string): TaskRow | undefined {
    return (
      this.#database.query<TaskRow, [string]>("select * from task where name = ?").get(name) ??
      undefined
    );
  }

  put({ name, cron, zone, last_due: due, last_end: end, outcome }: TaskRow): void {
    this.#database
      .query("insert or replace into task values (?, ?, ?, ?, ?, ?)")
      .run(name, cron, zone, due, end, outcome);
  }

  [Symbol.dispose](): void {
    this.#database.close(true);
  }
}
