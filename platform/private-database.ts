/** Small databases that only this user can read. */

import { Database } from "bun:sqlite";
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { errnoOf } from "./files.ts";

/** How long one process waits for another that writes, in milliseconds. */
const BUSY_MS = 5000;
/** The pause before the log is asked for again, in milliseconds. */
const PAUSE_MS = 10;
/** SQLite takes less than a page for an empty database, and fills it. */
const SMALLEST_PAGE_BYTES = 512;

/**
 * Opens a database that several processes may have open; a missing one is made. What was committed is there
 * when the power comes back.
 *
 * @param schema run at every opening, so `create table if not exists`; "" where the tables are there.
 * @throws {OrgError} `JOURNAL_CORRUPT` for a file that is not a database or a damaged one, which stays as it is;
 *   `FILE_FAILED` when the system refuses.
 */
export function openPrivateDatabase(path: string, schema: string): Database {
  let database: Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const found = statSync(path, { throwIfNoEntry: false });
    const size = found?.isFile() === true ? found.size : 0;
    if (size > 0 && size < SMALLEST_PAGE_BYTES) throw damaged(path, `it has ${size} bytes`);
    database = new Database(path, { create: true, strict: true });
    chmodSync(path, 0o600);
    database.run(`pragma busy_timeout = ${BUSY_MS}`);
    useLog(database);
    database.run("pragma synchronous = full");
    if (schema !== "") database.run(schema);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof OrgError) throw error;
    const code = errnoOf(error);
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw damaged(path, reasonOf(error));
    throw new OrgError(`The database "${path}" could not be opened`, {
      code: "FILE_FAILED",
      why: code === "" ? reasonOf(error) : `${code}: ${reasonOf(error)}`,
      remedies: [
        `ls -ld ${shellWord(dirname(path))}; df -h ${shellWord(dirname(path))}   # owner, mode and free space`,
      ],
      unchanged: "Nothing was written.",
      cause: error,
    });
  }
}

/**
 * Has the database write ahead to a log. The busy timeout does not hold for that: of two connections that open a new file at
 * the same moment one is refused at once, for neither can write while the other reads.
 *
 * @param pause called with milliseconds before the next try.
 */
export function useLog(database: Database, pause: (ms: number) => void = Bun.sleepSync): void {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      database.run("pragma journal_mode = wal");
      return;
    } catch (error) {
      if (errnoOf(error) !== "SQLITE_BUSY" || waitedMs >= BUSY_MS) throw error;
      pause(PAUSE_MS);
    }
  }
}

function damaged(path: string, why: string): OrgError {
  return new OrgError(`The database "${path}" cannot be read`, {
    code: "JOURNAL_CORRUPT",
    why,
    // Its log goes with it: SQLite would replay that into the new file.
    remedies: [
      `mkdir -m 700 ${shellWord(`${path}.damaged`)} && mv ${shellWord(path)} ${shellWord(path)}-* ${shellWord(`${path}.damaged`)}   # keeps it; org then begins an empty one`,
    ],
    unchanged: "Nothing was overwritten.",
  });
}
