import type { Outcome, SlashContext } from "./slash-command.ts";
import { argumentsOf } from "./slash-command-line.ts";

/** Words that mean something behind `/memory`; all else is looked for. */
const ACTIONS: ReadonlySet<string> = new Set(["show", "forget", "trust", "review"]);

/** Notes and episodes, as `org memory` shows them; a note is taken as it was typed, however many lines it has. */
export async function memory({ room, sources }: SlashContext, operand: string): Promise<Outcome> {
  const run = async (args: readonly string[]): Promise<Outcome> => {
    return { text: await sources.runCommand(["memory", ...args]) };
  };
  const [, action = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(operand) ?? [];
  if (action === "") return await run(["list"]);
  if (action === "add") {
    // What is noted in a direct conversation is between that persona and the user.
    const only = room.mode.kind === "direct" ? ["--for", room.mode.persona] : [];
    return await run(["add", ...only, "--", rest]);
  }
  if (!ACTIONS.has(action)) return await run(["search", "--", operand]);
  return await run([action, ...argumentsOf(rest)]);
}
