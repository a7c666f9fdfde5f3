/** One process at a time does the steps of a run; the system takes the lock back when that process dies. */
import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";

/**
 * @param folder absolute path; made when it is missing.
 * @param run id of a run that exists.
 * @throws {OrgError} `LOCK_HELD` when another process is at it.
 */
export function lockRun(folder: string, run: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${run}.lock`);
  const database = new Database(path, { create: true, strict: true });
  try {
    database.run("pragma busy_timeout = 0");
    // Holds a lock of the operating system until the file is closed, and writes nothing.
    database.run("begin exclusive");
  } catch (cause) {
    database.close();
    throw new OrgError(`Run ${run} is locked by another process`, {
      code: "LOCK_HELD",
      why: `It holds ${path}.`,
      remedies: [
        `org workflow show ${run}   # how far it is`,
        "wait for it to end, then try again",
      ],
      unchanged: "Nothing was done.",
      cause,
    });
  }
  return { [Symbol.dispose]: () => database.close() };
}
