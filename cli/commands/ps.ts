import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 810,
  name: "ps",
  summary: "list the processes of this home",
  options: [json],
  details: [
    "The room that owns the home, the generations that serve it, their background processes, and the children of each.",
  ],
  examples: ["org ps", "org ps --json"],
  run: later("processes", "ps"),
};
