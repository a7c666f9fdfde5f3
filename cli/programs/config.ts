import { checkSettings } from "#app/rooms.ts";
import { runConfig } from "../config-command.ts";
import type { CommandContext } from "../context.ts";

/** `org config`. @returns the exit code. */
export function config({ line, settings, output }: CommandContext): number {
  const check = () => checkSettings(settings);
  return runConfig(line.operands, { settings, check, json: line.options.has("json"), output });
}
