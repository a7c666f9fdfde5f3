/** The watch over a home: what was promoted, how it has fared since, and what to do about it. */

import { promotionPaths } from "#fitness/gate/paths.ts";
import { UseWatch, type WatchAlarm, type WatchedUse } from "#fitness/statistics/use-watch.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { ChangeLedger } from "./ledger.ts";

/** A use with its time in milliseconds since the epoch. */
export interface TimedUse extends WatchedUse {
  readonly at: number;
}

export interface HomeWatch {
  /** Takes the next use. @returns an alarm when it raises one. */
  push(use: WatchedUse): WatchAlarm | undefined;
  /** One that was raised before and on which no process has acted: its process ended first. */
  readonly pending: WatchAlarm | undefined;
}

/**
 * Begins where the last process left off: everything that was used, promoted and reverted is gone through
 * once more, in the order of time.
 *
 * @param orgHome a checkout, or no repository at all: then nothing was ever promoted.
 */
export async function openWatch(orgHome: string, uses: readonly TimedUse[]): Promise<HomeWatch> {
  const watch = new UseWatch();
  const steps = [
    ...(await changesOf(orgHome)),
    ...uses.map((use) => ({ at: use.at, take: () => watch.push(use) })),
  ].sort((a, b) => a.at - b.at);
  let pending: WatchAlarm | undefined;
  for (const step of steps) {
    if ("take" in step) pending = step.take() ?? pending;
    else if (step.promoted === undefined) {
      watch.rolledBack();
      pending = undefined;
    } else {
      watch.promoted(step.promoted);
    }
  }
  return {
    push: (use) => watch.push(use),
    pending: pending?.rollBack === undefined ? undefined : pending,
  };
}

interface Step {
  readonly at: number;
  /** Absent: something was reverted. */
  readonly promoted: { readonly tag: string; readonly tools: readonly string[] } | undefined;
}

async function changesOf(orgHome: string): Promise<readonly Step[]> {
  using ledger = new ChangeLedger(promotionPaths(orgHome).ledger);
  // The promotion that starts this process is under way still.
  const moves = ledger.all().filter(({ state }) => state !== "abandoned");
  if (moves.length === 0) return [];
  const repository = await openCheckout(orgHome);
  return await Promise.all(
    moves.map(async ({ kind, at, tag, from, to }): Promise<Step> => {
      if (kind === "rollback") return { at, promoted: undefined };
      const options = ["diff", "--name-only", "-z", from, to, "--", "tools/generated"];
      const paths = (await gitText(repository, options)).split("\0");
      const named = paths.flatMap((path) => path.split("/")[2] ?? []);
      const tools = [...new Set(named)];
      return { at, promoted: { tag, tools } };
    }),
  );
}
