/** The jobs of the file of a home, as rows that can be copied. */
import type { Database } from "bun:sqlite";
import { openDatabase } from "../../journal/open-database.ts";
import type { EventRow, FullRow, JobRow } from "../../queue/job-rows.ts";
import { readyRank } from "../../queue/ranks.ts";
import { addNode, QUEUE_FORMAT } from "../../queue/schema.ts";
import { COLUMNS } from "../queue-rows.ts";
import {
  COPIED_QUEUE,
  JOB_COLUMNS,
  JOB_NAMES,
  JOB_PAGE,
  JOB_UPSERT,
  type JobCopy,
} from "./jobs.ts";
import type { RowTarget } from "./kept-rows.ts";

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
    `select ${COLUMNS} from job where queue = '${COPIED_QUEUE}' and number > ? order by number limit ${JOB_PAGE}`,
  );
  const put = database.prepare<unknown, (string | number | null)[]>(
    `insert into job (${JOB_NAMES}, node) values (${Object.keys(JOB_COLUMNS)
      .map(() => "?")
      .join(", ")}, null) ${JOB_UPSERT}`,
  );
  const addEvent = database.prepare<unknown, (string | number | null)[]>(
    "insert or ignore into job_event values (?, ?, ?, ?, ?, ?)",
  );
  const giveWay = giveWayIn(database);
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
        if (rows.length < JOB_PAGE) return;
      }
    },
    put: async (rows) => {
      const write = database.transaction(() => {
        const last = rows.at(-1)?.number ?? 0;
        for (const row of rows) {
          giveWay(row.number, last);
          put.run(...Object.values(JOB_COLUMNS).map((name) => row[name]));
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

/** A job of another queue gives way, as in the database, to a number behind `last`. */
function giveWayIn(database: Database): (number: number, last: number) => void {
  const selectByNumber = database.prepare<JobRow, [number]>(
    `select ${COLUMNS} from job where queue <> '${COPIED_QUEUE}' and number = ?`,
  );
  const next = database.prepare<{ readonly number: number }, [number]>(
    "select max(?1, coalesce(max(number), 0)) + 1 as number from job",
  );
  const move = database.prepare<unknown, [number, number, number]>(
    "update job set number = ?, rank = ? where number = ?",
  );
  const moveEvents = database.prepare<unknown, [number, number]>(
    "update job_event set job = ? where job = ?",
  );
  return (number, last) => {
    const row = selectByNumber.get(number);
    if (row === null) return;
    const { number: free } = next.get(last) ?? { number: last + 1 };
    move.run(free, row.state === "ready" ? readyRank({ ...row, number: free }) : row.rank, number);
    moveEvents.run(free, number);
  };
}
