import { personasOf } from "#app/rooms.ts";
import { openHome } from "#server/socket/open-home.ts";
import type { CommandContext } from "../context.ts";
import { importNotes } from "../import-notes.ts";
import { runMemoryCommand } from "../memory-command.ts";
import { inHome } from "./in-home.ts";

/** `org memory`. @returns the exit code. */
export async function memory(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  const personas = () => personasOf(settings).map(({ id }) => id);
  const run = line.operands[0] === "import" ? importNotes : runMemoryCommand;
  return await inHome(context, openHome, async ({ memory: service }) =>
    run(line, { memory: service, personas, cleaner, output, signal }),
  );
}
