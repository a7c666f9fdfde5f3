import { AUTONOMY_TOOLS } from "#app/autonomy/burst-tools.ts";
import { workBurst } from "#app/autonomy/work-burst.ts";
import { autonomyControl } from "#app/autonomy-control.ts";
import { EXIT } from "#core/error-codes.ts";
import { runAutoCommand } from "../auto-command.ts";
import type { CommandContext } from "../context.ts";

const MAX_LISTED = 20;

/** `org auto`, and the process of a burst, which the owner of the home starts. @returns the exit code. */
export async function auto(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, app, signal } = context;
  const [action, id] = line.operands;
  if (action === "burst" && id !== undefined) {
    await workBurst(app, { id, input: Bun.stdin.stream(), signal });
    return EXIT.done;
  }
  const { state, turn, end, bursts, tokensToday } = autonomyControl(settings);
  return await runAutoCommand(line, {
    ...{ settings: settings.autonomy, cleaner, output, known: AUTONOMY_TOOLS },
    ...{ state, turn, end, bursts: bursts(MAX_LISTED), tokens: await tokensToday() },
  });
}
