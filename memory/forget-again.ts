/** Forgets in copies what was forgotten since: a restore brings nothing back that a human erased. */
import { Database, SQLiteError } from "bun:sqlite";
import { existsSync } from "node:fs";
import { eraseInDatabase } from "#home/erase-database.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { ErasedTexts, type HoldsErased } from "./erased-texts.ts";
import { withoutText } from "./erasure.ts";
import { type MemoryOptions, openOwnedMemory } from "./open-memory.ts";
import { ADDED } from "./schema.ts";

const TABLES = ["erased", "erased_text"] as const;

/**
 * @param today absolute path of a memory; it may be missing, damaged, and open in no process.
 * @param copy absolute path of an older copy of it, which no process has open.
 * @returns whether it could be read what was forgotten since.
 */
export async function forgetAgain(
  today: string,
  copy: string,
  options: Pick<MemoryOptions, "cleaner">,
): Promise<boolean> {
  if (!existsSync(today)) return true;
  const result = takeErased(today, copy);
  if (result !== "some") return result === "none";
  await using memory = await openOwnedMemory(copy, options);
  await memory.forgetErased();
  return true;
}

/** Where else the text stands: absolute paths of databases that no process has open. */
interface OtherStores {
  readonly journal: string | undefined;
  readonly others: readonly string[];
}

/**
 * The same in the other stores, by what a memory has forgotten.
 *
 * @param memory absolute path; it may be missing, damaged, and open in no process.
 * @returns whether it could be read what was forgotten.
 */
export async function forgetStatements(
  memory: string,
  { journal, others }: OtherStores,
): Promise<boolean> {
  if (!existsSync(memory)) return true;
  const holds = erasedIn(memory);
  if (holds === "unknown") return false;
  const from = withoutText("", holds);
  for (const path of others) eraseInDatabase(path, from);
  if (journal === undefined) return true;
  await using opened = await openSqliteJournal(journal);
  await opened.erase({ from });
  return true;
}

function erasedIn(memory: string): HoldsErased | "unknown" {
  try {
    using database = new Database(memory, { readwrite: true, create: false });
    database.run(ADDED);
    return new ErasedTexts(database).holds();
  } catch (error) {
    if (error instanceof SQLiteError) return "unknown";
    throw error;
  }
}

/** Writes the hashes of what was forgotten into the copy. They say nothing of what the texts were. */
function takeErased(today: string, copy: string): "some" | "none" | "unknown" {
  using database = new Database(copy, { readwrite: true, create: false });
  try {
    database.query("attach ? as today").run(today);
    return database.transaction(() => {
      database.run(ADDED);
      const added = TABLES.map((table) => {
        const isThere = database
          .query("select 1 from today.sqlite_schema where type = 'table' and name = ?")
          .get(table);
        if (isThere === null) return 0;
        return database.run(`insert or ignore into ${table} select * from today.${table}`).changes;
      });
      return added.some((count) => count > 0) ? "some" : "none";
    })();
  } catch (error) {
    // A memory that cannot be read any more is why it is restored.
    if (error instanceof SQLiteError) return "unknown";
    throw error;
  }
}
