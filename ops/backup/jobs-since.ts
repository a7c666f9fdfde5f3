/** Jobs of a backup that a restore must not begin once more: what they did since the backup was made stays done. */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { JobError } from "#core/queue.ts";
import { isSound } from "./databases.ts";

interface Row {
  readonly number: number;
  readonly queue: string;
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly token: number;
  readonly created_at: number;
  readonly changed_at: number;
}

const OPEN = "state in ('ready', 'delayed', 'running')";
const ENDED: ReadonlySet<string> = new Set(["done", "dead", "cancelled"]);
/** What ended since is taken over as it stands. */
const COPIED_COLUMNS = "state, rank, attempt, token, changed_at, events, error, result";

const UNKNOWN: JobError = {
  code: "JOB_INTERRUPTED",
  message:
    "it waited or ran when the restored backup was made; what it did since is not known, so it is not started by itself: org jobs requeue ID",
};

/**
 * Changes the queue that comes: a job that has ended since is ended; one that may have begun is
 * dead, for a person to requeue. One that has only waited goes on waiting.
 *
 * @param today absolute path of the queue of the home, which may be missing or damaged.
 * @param coming absolute path of the queue that will replace it; no process has it open.
 * @returns how many a person has to requeue.
 */
export function endJobsSince(today: string, coming: string, now: number): number {
  if (!existsSync(coming)) return 0;
  using database = new Database(coming, { readwrite: true, create: false });
  const isKnown = isSound(today);
  if (isKnown) database.query("attach ? as today").run(today);
  return database.transaction(() => {
    const rows = database.query<Row, []>(`select * from job where ${OPEN}`).all();
    return rows.filter((row) => !settled(database, row, { isKnown, now })).length;
  })();
}

/** @returns whether its outcome could be read. */
function settled(
  database: Database,
  row: Row,
  { isKnown, now }: { readonly isKnown: boolean; readonly now: number },
): boolean {
  const found = isKnown
    ? database
        .query<Row, [string, string, number]>(
          "select * from today.job where queue = ? and id = ? and created_at = ?",
        )
        .get(row.queue, row.id, row.created_at)
    : null;
  if (found !== null && isSame(found, row)) return true;
  if (found !== null && ENDED.has(found.state)) {
    database
      .query(
        `update job set (${COPIED_COLUMNS}) = (select ${COPIED_COLUMNS} from today.job where number = ?) where number = ?`,
      )
      .run(found.number, row.number);
    database.query("delete from job_event where job = ?").run(row.number);
    database
      .query(
        `insert into job_event select ?, seq, at, type, attempt, about from today.job_event where job = ?`,
      )
      .run(row.number, found.number);
    return true;
  }
  database
    .query("update job set state = 'dead', rank = ?, changed_at = ?, error = ? where number = ?")
    .run(now, now, JSON.stringify(UNKNOWN), row.number);
  return false;
}

/** Nothing was done with it since. */
function isSame(one: Row, other: Row): boolean {
  return (
    one.state === other.state &&
    one.attempt === other.attempt &&
    one.token === other.token &&
    one.changed_at === other.changed_at
  );
}
