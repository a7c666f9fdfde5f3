import type { Database } from "bun:sqlite";
import { chmod, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "#platform/files.ts";
import { journalFailed, type OwnedFile } from "./failures.ts";

/**
 * Copies a database that this process owns, compacted and as of now; an older file at that path is replaced.
 *
 * @throws {OrgError} `JOURNAL_FAILED`, for example on a full disk; no half copy stays.
 */
export async function copyDatabase(database: Database, to: OwnedFile): Promise<void> {
  const temporary = `${to.path}.${crypto.randomUUID()}.new`;
  try {
    database.query("vacuum into ?").run(temporary);
    await chmod(temporary, 0o600);
    await using copy = await open(temporary, "r");
    await copy.sync();
    await rename(temporary, to.path);
    await syncFolder(dirname(to.path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // the first error is the one to tell
    throw journalFailed(to, error);
  }
}
