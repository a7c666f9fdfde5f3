/** Keeps every other process from taking a home that none has, while it is read or put in its place. */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { homePaths } from "#home/home-paths.ts";
import { isBusy } from "#home/journal/failures.ts";
import { describeOwner, homeBusy, recordOwner } from "#platform/owner.ts";

/**
 * @param command what the person typed, for those who find the home in use.
 * @throws {OrgError} `HOME_BUSY` while a process owns the home.
 */
export async function holdHome(home: string, command: string): Promise<AsyncDisposable> {
  const { journal, ownerRecord } = homePaths(home);
  await using parts = new AsyncDisposableStack();
  if (existsSync(journal)) {
    try {
      const database = parts.adopt(
        new Database(journal, { readwrite: true, create: false }),
        (opened) => opened.close(),
      );
      // An owner takes the file for itself alone, and cannot while it is read.
      database.run("begin");
      database.query("select count(*) from sqlite_schema").get();
    } catch (error) {
      if (isBusy(error)) {
        throw homeBusy("The home is in use by another org", await describeOwner(ownerRecord));
      }
      // No process can own one that is damaged.
    }
  }
  parts.use(await recordOwner(ownerRecord, command));
  const all = parts.move();
  return { [Symbol.asyncDispose]: () => all.disposeAsync() };
}
