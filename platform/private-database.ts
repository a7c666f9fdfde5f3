/** Small databases that only this user can read. */
import { Database } from "bun:sqlite";
import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** How long one process waits for another that writes, in milliseconds. */
const BUSY_MS = 5000;

/**
 * Opens a database that several processes may have open; a missing one is made. What was committed is there
 * when the power comes back.
 *
 * @param schema run at every opening, so `create table if not exists`.
 */
export function openPrivateDatabase(path: string, schema: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { create: true, strict: true });
  try {
    chmodSync(path, 0o600);
    database.run(`pragma busy_timeout = ${BUSY_MS}`);
    database.run("pragma journal_mode = wal");
    database.run("pragma synchronous = full");
    database.run(schema);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
