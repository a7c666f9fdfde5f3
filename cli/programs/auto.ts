import { existsSync } from "node:fs";
import { AUTONOMY_TOOLS } from "#app/autonomy/burst-tools.ts";
import { workBurst } from "#app/autonomy/work-burst.ts";
import { EXIT } from "#core/errors.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { autonomyState, turnAutonomy } from "#home/autonomy/autonomy-switch.ts";
import { homePaths } from "#home/home-paths.ts";
import { AUTONOMY } from "#home/settings/autonomy-settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { endProcesses } from "#ops/processes/end.ts";
import { AUTONOMY_ROLE } from "#ops/processes/home-processes.ts";
import { processOf, readServices } from "#platform/process-record.ts";
import { runAutoCommand } from "../auto-command.ts";
import type { CommandContext } from "../context.ts";

const SHOWN = 20;
/** How long a burst may take to end by itself before it is killed, in milliseconds. */
const GRACE_MS = 2000;

/** `org auto`, and the process of a burst, which the owner of the home starts. @returns the exit code. */
export async function auto(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, app, signal } = context;
  const [action, id] = line.operands;
  if (action === "burst" && id !== undefined) {
    await workBurst(app, { id, input: Bun.stdin.stream(), signal });
    return EXIT.done;
  }
  const { home, autonomy } = settings;
  const paths = homePaths(home);
  return await runAutoCommand(line, {
    ...{ settings: autonomy, cleaner, output, known: AUTONOMY_TOOLS },
    state: () => autonomyState(home, autonomy.isEnabled),
    turn: async (to) => await turnAutonomy(home, to),
    end: async () => await endBurst(home),
    bursts: burstsIn(paths.autonomy),
    tokens: await spentToday(paths.spending),
  });
}

/** By the record of its process: the owner of the home is not asked, for it may hang. */
async function endBurst(home: string): Promise<"none" | "gone" | "left"> {
  const found = (await readServices(home)).find(({ role }) => role === AUTONOMY_ROLE);
  const info = found && (await processOf(found));
  if (info === undefined) return "none";
  const { left } = await endProcesses([info], { graceMs: GRACE_MS });
  return left.length === 0 ? "gone" : "left";
}

function burstsIn(path: string): ReturnType<AutonomyStore["newest"]> {
  if (!existsSync(path)) return [];
  using store = new AutonomyStore(path);
  return store.newest(SHOWN);
}

async function spentToday(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  using store = openSpendStore(path);
  const day = new Date().toISOString().slice(0, 10);
  return (await store.totals({ day, session: "", persona: AUTONOMY })).persona.tokens;
}
