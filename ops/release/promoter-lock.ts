/** One process promotes at a time; the system takes the lock back when that process dies, however it does. */
import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { OrgError } from "#core/errors.ts";

/** @throws {OrgError} `LOCK_HELD` when another process promotes or rolls back right now. */
export function lockPromoter(path: string): Disposable {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { create: true, strict: true });
  try {
    database.run("pragma busy_timeout = 0");
    database.run("begin exclusive");
  } catch (cause) {
    database.close();
    throw new OrgError("Another promotion or rollback is under way", {
      code: "LOCK_HELD",
      why: `Its process holds ${path}.`,
      remedies: ["wait for it to end, then run the same command again"],
      left: "Nothing was changed.",
      cause,
    });
  }
  return { [Symbol.dispose]: () => database.close() };
}
