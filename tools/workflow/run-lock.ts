/** One process at a time does the steps of a run; the system takes the lock back when that process dies. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { exclusiveLock } from "#platform/exclusive-lock.ts";

/**
 * @param folder absolute path; made when it is missing.
 * @param run id of a run that exists.
 * @throws {OrgError} `LOCK_HELD` when another process is at it; `FILE_FAILED`.
 */
export function lockRun(folder: string, run: string): Disposable {
  const path = join(folder, `${run}.lock`);
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const lock = exclusiveLock(path);
  if (lock !== undefined) return lock;
  throw new OrgError(`Run ${run} is locked by another process`, {
    code: "LOCK_HELD",
    why: `It holds ${path}.`,
    remedies: [`org workflow show ${run}   # how far it is`, "wait for it to end, then try again"],
    unchanged: "Nothing was done.",
  });
}
