import { modelSource } from "#app/model-source.ts";
import type { CommandContext } from "../context.ts";
import { runModels } from "../models-command.ts";

/** `org models`. @returns the exit code. */
export async function models(context: CommandContext): Promise<number> {
  const { line, cleaner, output } = context;
  const source = await modelSource(context, line.options.get("provider"));
  const json = line.options.has("json");
  return await runModels(line.operands, { models: source, json, cleaner, output });
}
