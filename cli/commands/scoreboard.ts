import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 150,
  name: "scoreboard",
  summary: "what the gate has let pass and stopped, and where main comes from",
  options: [json],
  examples: ["org scoreboard", "org scoreboard --json"],
  run: later("cand", "scoreboard"),
};
