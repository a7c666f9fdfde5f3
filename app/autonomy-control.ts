/** What a person sees and says of autonomy, from the command line or the dashboard. The owner of the home is not asked. */
import { existsSync } from "node:fs";
import { dayOf } from "#core/day-of.ts";
import { AutonomyStore, type BurstRow } from "#home/autonomy/autonomy-store.ts";
import { autonomyState, turnAutonomy } from "#home/autonomy/autonomy-switch.ts";
import { homePaths } from "#home/home-paths.ts";
import { AUTONOMY } from "#home/settings/autonomy-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { endProcesses } from "#ops/processes/end.ts";
import { AUTONOMY_ROLE } from "#ops/processes/home-processes.ts";
import { processOf, readServices } from "#platform/process-record.ts";
import type { AutonomySource } from "#server/ui/screens/goals.ts";

/** How long a burst may take to end by itself before it is killed, in milliseconds. */
const GRACE_MS = 2000;

export function autonomyControl({
  home,
  autonomy,
}: Pick<Settings, "home" | "autonomy">): AutonomySource {
  const paths = homePaths(home);
  return {
    state: () => autonomyState(home, autonomy.isEnabled),
    turn: async (to) => await turnAutonomy(home, to),
    end: async () => await endBurst(home),
    bursts: (most) => burstsIn(paths.autonomy, most),
    tokensToday: () => spentToday(paths.spending),
  };
}

/** By the record of its process: the owner of the home may hang. */
async function endBurst(home: string): ReturnType<AutonomySource["end"]> {
  const found = (await readServices(home)).find(({ role }) => role === AUTONOMY_ROLE);
  const info = found && (await processOf(found));
  if (info === undefined) return "none";
  const { left } = await endProcesses([info], { graceMs: GRACE_MS });
  return left.length === 0 ? "gone" : "left";
}

function burstsIn(path: string, most: number): readonly BurstRow[] {
  if (!existsSync(path)) return [];
  using store = new AutonomyStore(path);
  return store.newest(most);
}

async function spentToday(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  using store = openSpendStore(path);
  const day = dayOf(Date.now());
  return (await store.totals({ day, session: "", persona: AUTONOMY })).persona.tokens;
}
