import type { CommandContext } from "../context.ts";
import { runInit } from "../init-command.ts";

/** `org init`. @returns the exit code. */
export async function init({ line, settings, output }: CommandContext): Promise<number> {
  const { home, configPath } = settings;
  return await runInit({ home, configPath, json: line.options.has("json"), output });
}
