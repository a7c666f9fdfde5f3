import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 630,
  name: "mcp",
  summary: "offer the tools to an MCP client, or use tools of MCP servers",
  operands:
    "[list [SERVER] | approve SERVER [HASH] | diff SERVER | enable SERVER | disable SERVER | reload [SERVER]]",
  maxOperands: 3,
  actions: ["list", "approve", "diff", "enable", "disable", "reload"],
  options: [json],
  details: [
    "Without an action it serves the MCP client that started it, such as an editor or another agent, over standard input",
    "and output. It offers every tool that the gate has promoted, and ask_room, which asks the personas. It never asks you:",
    "a call that needs an approval does not run, and its result says so. It tells the client of promotions and rollbacks.",
    "org serve offers the same at POST /mcp, with a token of org token create --scope run.",
    "It ends when the client closes standard input.",
    "The other actions are about the servers that [mcp.servers.NAME] in org.config names. approve shows everything that",
    "models would read of their tools, beside what they read before, and records it; a tool that differs later is not",
    "called until you approve it again. With the HASH that diff prints, only what diff showed is approved. The exit code",
    "of a diff that finds something is 1. reload ends the servers in the process that owns the home; their next call",
    "starts them again.",
  ],
  examples: ["org mcp", "org mcp approve weather"],
  run: later("mcp"),
};
