/** Takes words out of the files of a home that no process keeps for itself: small databases, logs, records, damaged copies. */
import { SQLiteError } from "bun:sqlite";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findDatabases } from "./databases.ts";
import { eraseInDatabase } from "./erase-database.ts";
import { eraseBytes, eraseInFiles } from "./erase-files.ts";
import { type HomePaths, homePaths } from "./home-paths.ts";
import { isCorrupt, journalFailed } from "./journal/failures.ts";

interface Erased {
  /** The same text where nothing is to be taken out. */
  readonly change: (text: string) => string;
  /** As it was written. */
  readonly text: string;
}

/** Copies of the user's own files, in which nothing is changed. */
const COPIES: ReadonlySet<string> = new Set(["copy", "work.git", "attempts", "new"]);
/** What was put aside because it could not be read: `memory-damaged-…`, `journal.sqlite.damaged`. */
const DAMAGED = /damaged/;

/**
 * What the gate has signed stays as it is, and so do backups and the user's files.
 *
 * @throws {OrgError} `JOURNAL_FAILED`, `FILE_FAILED` when the system refuses.
 */
export async function eraseInHome(paths: HomePaths, { change, text }: Erased): Promise<void> {
  for (const path of await sharedDatabases(paths)) {
    try {
      eraseInDatabase(path, change);
    } catch (error) {
      if (!(error instanceof SQLiteError)) throw error;
      if (!isCorrupt(error)) throw journalFailed({ path, noun: "database" }, error);
      await eraseBytes(path, text);
    }
  }
  const state = dirname(paths.journal);
  await eraseInFiles(state, change);
  await eraseInDamaged(state, text);
  if (!isCurrent(paths)) return;
  await eraseInFiles(dirname(state), change, (name) => name === "current" || name === "candidate");
  await eraseInFiles(paths.logs, change);
  await eraseInFiles(paths.projects, change, (name) => COPIES.has(name));
}

/** Those that any process may open: the rest has an owner, who takes it out by itself. */
async function sharedDatabases(paths: HomePaths): Promise<readonly string[]> {
  const { journal, queue, memory, rules } = paths;
  const owned = new Set([journal, queue, memory, rules]);
  const all = isCurrent(paths) ? await ofHome(paths) : await inFolder(dirname(journal));
  return all.filter((path) => !owned.has(path));
}

async function ofHome({ root }: HomePaths): Promise<readonly string[]> {
  const all = await findDatabases(root);
  return all.filter(({ name }) => !name.startsWith("gate/")).map(({ path }) => path);
}

async function inFolder(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith(".sqlite")).map((name) => join(folder, name));
}

async function eraseInDamaged(folder: string, text: string): Promise<void> {
  if (!existsSync(folder)) return;
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const one of all) {
    const path = join(one.parentPath, one.name);
    if (one.isFile() && DAMAGED.test(path.slice(folder.length))) await eraseBytes(path, text);
  }
}

function isCurrent({ root, journal }: HomePaths): boolean {
  return homePaths(root).journal === journal;
}
