import type { Outcome, SlashContext } from "./slash-command.ts";
import { argumentsOf } from "./slash-command-line.ts";

/**
 * Tools of MCP servers, as `org mcp` shows them. What is approved here was on the screen: `approve` without the hash that
 * stands behind a difference shows the difference.
 */
export function mcp({ room, sources, say }: SlashContext, operand: string): Outcome {
  const run = async (): Promise<void> => {
    const text = await sources.runCommand(["mcp", ...withAction(argumentsOf(operand))]);
    say?.(room.cleaner.clean(text).trimEnd());
  };
  // Not in its turn: a call that waits for an approval is a reason to look at its tool.
  return { done: run() };
}

function withAction(args: readonly string[]): readonly string[] {
  const [action = "", server, hash] = args;
  // Without an action the command line would wait for a client.
  if (action === "" || action.startsWith("-")) return ["list", ...args];
  return action === "approve" && server !== undefined && hash === undefined
    ? ["diff", server]
    : args;
}
