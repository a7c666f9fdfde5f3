import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 91,
  name: "mcp",
  summary: "offer the tools and the room to an MCP client, over standard input and output",
  options: [],
  details: [
    "Any client of the Model Context Protocol can start it, such as an editor or another agent. It offers every tool that",
    "the gate has promoted, and ask_room, which asks the personas. No person is asked here: a call that needs an approval",
    "does not run, and its result says so. Clients hear of promotions and rollbacks while they are connected.",
    "org serve offers the same at POST /mcp, with a token of org token create --scope run.",
    "It ends when the client closes standard input.",
  ],
  examples: ["org mcp"],
  run: later("mcp"),
};
