import { engineSource } from "#app/engine-source.ts";
import { askAtTerminal } from "../ask-terminal.ts";
import type { CommandContext } from "../context.ts";
import { runEngine } from "../engine-command.ts";

/** `org engine`. @returns the exit code. */
export async function engine(context: CommandContext): Promise<number> {
  const { line, cleaner, output, screen, signal } = context;
  return await runEngine(line.operands, {
    engine: engineSource(context),
    flags: line.options,
    output,
    cleaner,
    ask: screen.isTyped ? askAtTerminal(process, { signal }) : undefined,
  });
}
