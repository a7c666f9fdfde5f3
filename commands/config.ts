import { runConfig } from "#ui/config-command.ts";
import { checkSettings } from "../wiring.ts";
import type { CommandContext } from "./context.ts";

/** `org config`. @returns the exit code. */
export function config({ line, settings, output }: CommandContext): number {
  const check = () => checkSettings(settings);
  return runConfig(line.operands, { settings, check, json: line.options.has("json"), output });
}
