/** The release of main's tip, also where a human has moved main by hand. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openPromoter } from "./open-promoter.ts";
import { lockPromoter } from "./promoter-lock.ts";
import { currentRelease, flipCurrent, writeRelease } from "./release.ts";
import { settleUnfinished } from "./settle.ts";
import { mainOf } from "./transaction.ts";

/**
 * Makes main's tip the release that serves, when it is not.
 *
 * @param nowMs milliseconds since the epoch.
 * @returns its commit.
 * @throws {OrgError} `LOCK_HELD` when a promotion runs, `FILE_FAILED` when it cannot be written.
 */
export async function releaseMain(orgHome: string, nowMs: number): Promise<string> {
  await using parts = new AsyncDisposableStack();
  const promoter = await openPromoter(orgHome, {}, parts);
  using _ = lockPromoter(promoter.paths.lock);
  await settleUnfinished(promoter, nowMs);
  const main = await mainOf(promoter.home);
  if ((await currentRelease(promoter.paths)) === main) return main;
  await writeRelease(promoter.home, main, promoter.paths);
  await flipCurrent(main, promoter.paths);
  return main;
}

/**
 * The program of a folder that can serve a generation.
 *
 * @param otherwise where the folder holds no such program: a home may hold tools alone, and a release may be
 *   older than the serving of generations or have no packages around it.
 */
export function programIn(folder: string, otherwise: string): string {
  // The second name is that of releases from before the command line had a folder of its own.
  const serves = ["cli/commands/serve.ts", "commands/serve.ts"];
  const isOurs = serves.some((path) => existsSync(join(folder, path))) && hasPackages(folder);
  return isOurs ? join(folder, "main.ts") : otherwise;
}

function hasPackages(folder: string): boolean {
  try {
    Bun.resolveSync("hono", folder);
    return true;
  } catch {
    return false;
  }
}
