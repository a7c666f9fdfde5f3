/** Rows of the queue's tables, and the statements that read and write them. */
import type { Database, Statement } from "bun:sqlite";
import type { JobError, JobEvent, JobEventType, JobRecord, JobState } from "#core/queue.ts";

/** As it is stored: of what is queued, the one sort may be leased and the other not yet. */
export type StoredState = "ready" | "delayed" | Exclude<JobState, "queued">;

export const STORED: Readonly<Record<JobState, readonly StoredState[]>> = {
  queued: ["ready", "delayed"],
  running: ["running"],
  done: ["done"],
  dead: ["dead"],
  cancelled: ["cancelled"],
};

export const ENDED: ReadonlySet<StoredState> = new Set<StoredState>(["done", "dead", "cancelled"]);

/** What decides about a job; its texts stay on disk. */
export interface JobRow {
  readonly number: number;
  readonly queue: string;
  readonly id: string;
  readonly kind: string;
  readonly state: StoredState;
  readonly rank: number;
  readonly priority: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly token: number;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly events: number;
  /** A {@link JobError} as JSON. */
  readonly error: string | null;
}

export interface FullRow extends JobRow {
  readonly result: string | null;
  readonly body: string;
}

export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly type: JobEventType;
  readonly attempt: number;
  /** The rest of a {@link JobEvent} as JSON. */
  readonly about: string | null;
}

/** What an event says beside its type. */
export type EventAbout = Pick<JobEvent, "delayMs" | "error" | "note">;

const COLUMNS = `number, queue, id, kind, state, rank, priority, attempt, max_attempts as "maxAttempts",
  token, created_at as "createdAt", changed_at as "changedAt", events, error`;

/** The front of a range of the index. */
type Front = [queue: string, state: StoredState, rank: number, limit: number];

/** Events that a reader takes from disk at once. */
const PAGE = 128;

export interface JobStatements {
  readonly find: Statement<JobRow, [string, string]>;
  readonly findFull: Statement<FullRow, [string, string]>;
  readonly insert: Statement<{ number: number }, (string | number)[]>;
  readonly rank: Statement<unknown, [number, number]>;
  readonly move: Statement<unknown, (string | number | null)[]>;
  readonly extend: Statement<unknown, [number, number]>;
  readonly remove: Statement<unknown, [number]>;
  readonly removeEvents: Statement<unknown, [number]>;
  /** In order of rank, those up to one. */
  readonly upTo: Statement<JobRow, Front>;
  /** Those of no kind in an array of JSON, and of a kind in another one where there is one. */
  readonly readyOnes: Statement<FullRow, [string, string, string | null, number]>;
  /** Those that a node has leased; `null`: the only one. */
  readonly leasedBy: Statement<JobRow, [string, string | null]>;
  readonly firstRank: Statement<{ rank: number }, [string, StoredState]>;
  /** The first of a state from a rank on. */
  readonly firstFrom: Statement<Pick<JobRow, "rank" | "createdAt">, [string, StoredState, number]>;
  readonly page: Statement<FullRow, [string, StoredState, number, number, number]>;
  readonly newest: Statement<FullRow, [string, number, number]>;
  readonly counts: Statement<{ state: StoredState; count: number }, [string]>;
  readonly addEvent: Statement<unknown, (string | number | null)[]>;
  readonly countEvent: Statement<unknown, [number]>;
  readonly events: Statement<EventRow, [number, number]>;
}

export function prepareStatements(database: Database): JobStatements {
  return {
    find: database.prepare(`select ${COLUMNS} from job where queue = ? and id = ?`),
    findFull: database.prepare(
      `select ${COLUMNS}, result, body from job where queue = ? and id = ?`,
    ),
    // Its number is known only afterwards, and `rank` may need it.
    insert: database.prepare(
      `insert into job (queue, id, kind, state, rank, priority, attempt, max_attempts, token,
         created_at, changed_at, events, body)
       values (?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?, 0, ?) returning number`,
    ),
    rank: database.prepare("update job set rank = ? where number = ?"),
    move: database.prepare(
      `update job set state = ?, rank = ?, attempt = ?, token = ?, changed_at = ?, events = ?,
         error = ?, result = ?, node = ? where number = ?`,
    ),
    extend: database.prepare("update job set rank = ? where number = ?"),
    remove: database.prepare("delete from job where number = ?"),
    removeEvents: database.prepare("delete from job_event where job = ?"),
    upTo: database.prepare(
      `select ${COLUMNS} from job where queue = ? and state = ? and rank <= ? order by rank limit ?`,
    ),
    readyOnes: database.prepare(
      `select ${COLUMNS}, result, body from job where queue = ?1 and state = 'ready'
         and kind not in (select value from json_each(?2))
         and (?3 is null or kind in (select value from json_each(?3))) order by rank limit ?4`,
    ),
    leasedBy: database.prepare(
      `select ${COLUMNS} from job where queue = ? and state = 'running' and node is ? order by rank`,
    ),
    firstRank: database.prepare(
      "select rank from job where queue = ? and state = ? order by rank limit 1",
    ),
    firstFrom: database.prepare(
      `select rank, created_at as "createdAt" from job
       where queue = ? and state = ? and rank >= ? order by rank limit 1`,
    ),
    page: database.prepare(
      `select ${COLUMNS}, result, body from job
       where queue = ? and state = ? and (rank, number) > (?, ?) order by rank, number limit ?`,
    ),
    newest: database.prepare(
      `select ${COLUMNS}, result, body from job where queue = ? and number < ?
       order by number desc limit ?`,
    ),
    counts: database.prepare(
      "select state, count(*) as count from job where queue = ? group by state",
    ),
    addEvent: database.prepare("insert into job_event values (?, ?, ?, ?, ?, ?)"),
    countEvent: database.prepare("update job set events = events + 1 where number = ?"),
    events: database.prepare(
      `select seq, at, type, attempt, about from job_event where job = ? and seq >= ?
       order by seq limit ${PAGE}`,
    ),
  };
}

export function stateOf(stored: StoredState): JobState {
  return stored === "ready" || stored === "delayed" ? "queued" : stored;
}

export function recordOf(row: FullRow): JobRecord {
  const { queue, id, kind, body, priority, attempt, maxAttempts, createdAt, changedAt } = row;
  const { state, rank, error, result, events } = row;
  const isTimed = state === "running" || state === "delayed";
  return {
    ...{ queue, id, kind, state: stateOf(state), body, priority, attempt, maxAttempts },
    ...{ createdAt, changedAt, events },
    dueAt: isTimed ? rank : undefined,
    error: error === null ? undefined : parseError(error),
    result: result ?? undefined,
  };
}

export function eventOf({ seq, at, type, attempt, about }: EventRow): JobEvent {
  return { seq, at, type, attempt, ...(about === null ? {} : parseAbout(about)) };
}

/** Only this engine writes these texts, and the file passed its check: it parses what it wrote. */
function parseError(text: string): JobError {
  return JSON.parse(text);
}

function parseAbout(text: string): EventAbout {
  return JSON.parse(text);
}
