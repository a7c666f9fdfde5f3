/** Copies of databases: made while others write, and looked through before they count. */
import { constants, Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { chmod, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { HomeDatabase } from "#home/databases.ts";
import { DATABASES, type StoredDatabase } from "./manifest.ts";

/** How long a database that several processes write is waited for, in milliseconds. */
const BUSY_MS = 5000;

/**
 * Copies a database into the folder of a backup, compacted, and makes it durable.
 *
 * @param isFrozen its owner does not write into the file for the moment, and has it locked.
 * @throws {OrgError} `FILE_FAILED` when the disk is full; `JOURNAL_CORRUPT` for a damaged database.
 */
export async function copyDatabase(
  { name, file, path }: HomeDatabase,
  folder: string,
  isFrozen: boolean,
): Promise<StoredDatabase> {
  const to = join(folder, DATABASES, file);
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    using source = isFrozen ? openFrozen(path) : openShared(path);
    source.query("vacuum into ?").run(to);
    await chmod(to, 0o600);
    await using copy = await open(to, "r");
    await copy.sync();
    // Of the source, so that what the copy lacks is found; where others write to it, they may have written since.
    return { name, file, rows: isFrozen ? rowsOf(source) : rowsIn(to) };
  } catch (error) {
    throw copyFailed(path, error);
  }
}

/** Without locks and without its log: all that is committed was brought into the file before. */
function openFrozen(path: string): Database {
  const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
  return new Database(`${pathToFileURL(path).href}?immutable=1`, flags);
}

function openShared(path: string): Database {
  // Not for reading alone: what a killed process left in the log is to be in the copy.
  const database = new Database(path, { readwrite: true, create: false });
  database.run(`pragma busy_timeout = ${BUSY_MS}`);
  return database;
}

/** Whether a database can be read, by a look at its pages; one that is missing cannot. */
export function isSound(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    using database = openShared(path);
    const row = database.query<{ quick_check: string }, []>("pragma quick_check(1)").get();
    return row?.quick_check === "ok";
  } catch {
    return false;
  }
}

/** Rows by table of a database that no process writes. */
export function rowsIn(path: string): Readonly<Record<string, number>> {
  using database = openFrozen(path);
  return rowsOf(database);
}

/** Rows by table. Those of virtual tables are in other tables, which are counted. */
function rowsOf(database: Database): Readonly<Record<string, number>> {
  const tables = database
    .query<{ name: string }, []>(
      `select name from sqlite_schema where type = 'table' and rootpage > 0 order by name`,
    )
    .all();
  return Object.fromEntries(
    tables.map(({ name }) => {
      const quotedName = `"${name.replaceAll('"', '""')}"`;
      const row = database
        .query<{ rows: number }, []>(`select count(*) as rows from ${quotedName}`)
        .get();
      return [name, row?.rows ?? 0];
    }),
  );
}

/**
 * Opens a copy and reads all of it.
 *
 * @returns what is wrong with it; `undefined` when nothing is.
 */
export function problemOfCopy(path: string, { rows }: StoredDatabase): string | undefined {
  try {
    using database = openFrozen(path);
    const verdict = database
      .query<{ integrity_check: string }, []>("pragma integrity_check(1)")
      .get();
    if (verdict?.integrity_check !== "ok") return verdict?.integrity_check ?? "it says nothing";
    const found = rowsOf(database);
    const other = [...new Set([...Object.keys(rows), ...Object.keys(found)])].find(
      (table) => rows[table] !== found[table],
    );
    return other === undefined
      ? undefined
      : `${other} has ${found[other] ?? "no"} rows instead of ${rows[other] ?? "none"}`;
  } catch (error) {
    return reasonOf(error);
  }
}

function copyFailed(path: string, cause: unknown): OrgError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const isDamaged = /^SQLITE_(?:CORRUPT|NOTADB)/.test(code);
  return new OrgError(`The database "${path}" could not be copied`, {
    code: isDamaged ? "JOURNAL_CORRUPT" : "FILE_FAILED",
    why: `${code === "" ? "" : `${code}: `}${reasonOf(cause)}`,
    remedies: isDamaged
      ? ["org backup list   # go on from the newest that is whole"]
      : ["df -h   # free space where the home lies", "org ps   # who has it open"],
    unchanged: "No backup was made; existing ones are unchanged.",
    cause,
  });
}
