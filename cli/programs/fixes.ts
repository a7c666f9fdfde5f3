import { existsSync } from "node:fs";
import { EXIT } from "#core/error-codes.ts";
import { openSupervisorStore, supervisorPath } from "#ops/supervisor/supervisor.ts";
import type { CommandContext } from "../context.ts";
import { runFixesCommand } from "../fixes-command.ts";

/** `org fixes`. @returns the exit code. */
export async function fixes({ line, settings, cleaner, output }: CommandContext): Promise<number> {
  if (!existsSync(supervisorPath(settings.home))) {
    output.say("No supervisor has ever looked after this home; see `org help supervise`.\n");
    return EXIT.done;
  }
  using store = await openSupervisorStore(settings.home);
  return runFixesCommand(line, { store, cleaner, output });
}
