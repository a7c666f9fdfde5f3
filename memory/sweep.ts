import type { Database } from "bun:sqlite";
import type { ErasedTexts } from "./erased-texts.ts";
import { StemIndex } from "./stem-index.ts";

/** Leaves nothing of what was forgotten in pages that nothing uses, in the log, or among the words of an index. */
export function sweep(database: Database, erased: ErasedTexts): void {
  for (const name of ["note_fts", "episode_fts"] as const) new StemIndex(database, name).sweep();
  database.run("vacuum");
  database.run("pragma wal_checkpoint(truncate)");
  // Last: a process that is killed before leaves the log to the next start, which then sweeps again.
  erased.swept();
}
