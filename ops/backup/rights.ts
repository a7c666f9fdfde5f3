/**
 * What a restore leaves as it is today: who may do what, and what was spent. A backup must not bring back what was taken
 * away since.
 */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { isSound } from "./databases.ts";
import type { RestoreMove } from "./restore-plan.ts";

/** Databases of tokens and of leases, relative to `.org`; files are replaced where one cannot be read. */
const TOKENS = "state/access.sqlite";
const LEASES = "state/leases.sqlite";
/** Which tools a person has switched off; relative to ORG_HOME. */
const SWITCHED_OFF = ".org/state/disabled-tools";

const REVOKE: ReadonlyMap<string, string> = new Map([
  // Not deleted: a home without any token asks no caller for one.
  [TOKENS, "update credential set hash = lower(hex(randomblob(32)))"],
  [LEASES, "update lease set revoked = 1"],
]);

/** Not a right, but it is no less so that it was spent; a backup that knows less of it would give it out again. */
const SPENT = "state/current/spending.sqlite";

/** What becomes of the rights of a home: they are those of today, or all of the backup are revoked. */
export type Rights = "kept" | "revoked";

/** Whether a move would replace a right of today, or what was spent. @param path relative to ORG_HOME. */
export function isRight(home: string, path: string): boolean {
  if (path === SWITCHED_OFF) return existsSync(`${home}/${path}`);
  const file = [...REVOKE.keys(), SPENT].find((name) => path.startsWith(`.org/${name}`));
  return file !== undefined && isSound(`${home}/.org/${file}`);
}

/** Revokes what comes out of the backup: revocations since are unknown. @returns whether anything does. */
export function revokeIn(moves: readonly RestoreMove[]): Rights {
  let rights: Rights = "kept";
  for (const [file, statement] of REVOKE) {
    const from = moves.find(
      ({ from, place }) => from !== null && place.endsWith(`/.org/${file}`),
    )?.from;
    if (from === undefined || from === null) continue;
    using database = new Database(from, { readwrite: true, create: false });
    if (database.run(statement).changes > 0) rights = "revoked";
  }
  return rights;
}
