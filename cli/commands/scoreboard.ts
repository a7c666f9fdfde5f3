import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 350,
  name: "scoreboard",
  summary: "show what the gate passed and stopped, and the promotions in main",
  options: [json],
  details: [
    "Alarms: org serve watches promoted tools, and reverts a promotion after which more calls fail. Promotions are",
    "signed tags: the last line shows how Git verifies one.",
  ],
  examples: ["org scoreboard", "org scoreboard --json"],
  run: later("cand", "scoreboard"),
};
