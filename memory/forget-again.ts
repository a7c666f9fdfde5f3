/** Forgets in a copy of a memory what was forgotten in the memory since: a restore brings no note back that a human erased. */
import { Database, SQLiteError } from "bun:sqlite";
import { existsSync } from "node:fs";
import { type MemoryOptions, openOwnedMemory } from "./open-memory.ts";
import { ADDED } from "./schema.ts";

const TABLES = ["erased", "erased_text"] as const;

/**
 * @param today absolute path of a memory; it may be missing, damaged, and open in no process.
 * @param copy absolute path of an older copy of it, which no process has open.
 * @returns whether it is known what was forgotten since.
 */
export async function forgetAgain(
  today: string,
  copy: string,
  options: Pick<MemoryOptions, "cleaner">,
): Promise<boolean> {
  if (!existsSync(today)) return true;
  const taken = takeErased(today, copy);
  if (taken !== "some") return taken === "none";
  await using memory = await openOwnedMemory(copy, options);
  await memory.forgetErased();
  return true;
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
