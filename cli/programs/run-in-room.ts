import { parseCommandLine } from "../command-line.ts";
import { COMMANDS } from "../command-table.ts";
import type { CommandContext } from "../context.ts";

/** What a person can do at the gate, and about jobs, without leaving the room. */
const IN_ROOMS: ReadonlySet<string> = new Set([
  ...["cand", "fitness", "jobs", "promote", "reject", "rollback"],
]);

/**
 * Runs a command of the command line within a room.
 *
 * @returns what it printed, progress included.
 * @throws {OrgError} as the command does.
 */
export async function runInRoom(
  words: readonly string[],
  context: CommandContext,
): Promise<string> {
  const line = parseCommandLine(words, false);
  const command = COMMANDS.find(({ name }) => name === line.command.name);
  if (command === undefined || !("run" in command) || !IN_ROOMS.has(command.name)) {
    throw new Error(`A room does not run "org ${line.command.name}"`);
  }
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  await command.run({ ...context, line, output: { write: print, say: print, live: false } });
  return printed.join("");
}
