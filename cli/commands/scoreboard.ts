import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 350,
  name: "scoreboard",
  summary: "what the gate has let pass and stopped, and where main comes from",
  options: [json],
  details: [
    "Alarms are those of the watch over promoted tools, which org serve keeps; a promotion that made more calls break",
    "down is reverted by itself. Promotions are signed tags: the last line shows how Git checks one.",
  ],
  examples: ["org scoreboard", "org scoreboard --json"],
  run: later("cand", "scoreboard"),
};
