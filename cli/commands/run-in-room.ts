import { parseCommandLine } from "../command-line.ts";
import type { CommandContext } from "../context.ts";
import { candidate, reject } from "./cand.ts";
import { fitness } from "./fitness.ts";
import { jobs } from "./jobs.ts";
import { promote, rollback } from "./promote.ts";

type Command = (context: CommandContext) => Promise<number>;

/** What a person can do at the gate, and about jobs, without leaving the room. */
const COMMANDS: Readonly<Record<string, Command>> = {
  cand: candidate,
  fitness,
  jobs,
  promote,
  reject,
  rollback,
};

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
  const run = COMMANDS[line.command.name];
  if (run === undefined) throw new Error(`A room does not run "org ${line.command.name}"`);
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  await run({ ...context, line, output: { write: print, say: print, live: false } });
  return printed.join("");
}
