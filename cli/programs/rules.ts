import { openHome } from "#server/socket/open-home.ts";
import type { CommandContext } from "../context.ts";
import { runRulesCommand } from "../rules-command.ts";
import { inHome } from "./in-home.ts";

/** `org rules`. @returns the exit code. */
export async function rules(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  return await inHome(context, openHome, async ({ rules: service }) =>
    runRulesCommand(line, { rules: service, mode: settings.rulesMode, cleaner, output, signal }),
  );
}
