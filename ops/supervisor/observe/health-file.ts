/** What the file of the owner's beats says, while it is fresh. */
import { stat } from "node:fs/promises";
import { readHealth, STALE_MS } from "#home/health-file.ts";
import { homePaths } from "#home/home-paths.ts";
import type { SeenHealth } from "../observation.ts";

/** @param wall milliseconds since the epoch. @returns nothing where the file is missing, stale or of another version. */
export async function seenHealth(home: string, wall: number): Promise<SeenHealth | undefined> {
  const { health: path, journal } = homePaths(home);
  const health = await readHealth(path);
  if (health === undefined || Math.abs(wall - health.at) > STALE_MS) return undefined;
  const { db, backup, queue, tasks } = health;
  const damaged = Object.entries(db).flatMap(([name, { check }]) => {
    return check === "failed" ? [name] : [];
  });
  return {
    ...{ backupAt: backup.at ?? undefined, isBackupVerified: backup.verified, damaged },
    // A process that does no jobs has no tasks, whatever was laid down.
    isBackupOff: queue !== null && !Object.hasOwn(tasks, "backup"),
    homeSince: (await stat(journal).catch(() => undefined))?.birthtimeMs,
  };
}
