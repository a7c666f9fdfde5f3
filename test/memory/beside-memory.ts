import type { BesideMemory } from "#app/forget-elsewhere.ts";
import { HomeRules } from "#app/rules.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { HomeQueue } from "#home/queue/home-queue.ts";

/** What a process has open of a home beside its memory, without a shared database. */
export function besideMemory(paths: HomePaths, signal: AbortSignal): BesideMemory {
  const candidate = homePaths(paths.root, "candidate").rules;
  return {
    ...{ paths, signal, queue: new HomeQueue(paths) },
    rules: new HomeRules({ paths, mode: "live", candidate }),
    database: () => Promise.resolve(undefined),
  };
}
