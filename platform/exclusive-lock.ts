/** A lock on a file that the system releases when its process dies, however it does. */
import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, fileFailed } from "./files.ts";

/**
 * Takes the lock, or not at all: nothing is waited for.
 *
 * @param path of the file; it and its folder are made where they are missing.
 * @returns `undefined` when another process, or another caller in this one, holds it right now.
 * @throws {OrgError} `FILE_FAILED`
 */
export function exclusiveLock(path: string): Disposable | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return locked(new Database(path, { create: true, strict: true }));
  } catch (error) {
    throw fileFailed(path, error);
  }
}

function locked(database: Database): Disposable | undefined {
  try {
    database.run("pragma busy_timeout = 0");
    // A journal beside the file would be a write, which a full disk refuses; nothing is ever written into the file.
    database.run("pragma journal_mode = memory");
    database.run("begin exclusive");
  } catch (error) {
    database.close();
    if (errnoOf(error).startsWith("SQLITE_BUSY")) return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}
