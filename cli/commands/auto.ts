import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 680,
  name: "auto",
  summary: "let the home work by itself while you are away, or stop it",
  operands: "[status | on | stop | off | burst ID]",
  maxOperands: 2,
  actions: ["status", "on", "stop", "off", "burst"],
  options: [json],
  details: [
    "Off by default; org auto on, or [autonomy] enabled in org.config, switches it on. org serve then works in bursts: it",
    "asks a model three times what to do next, within the budget [budget.autonomy].",
    "You review all results: insights wait in org memory review, tools wait as candidates.",
    "stop ends a burst within five seconds; so does a message of yours in any room, or the file .org/run/autonomy-off.",
    "off is the same as stop. burst ID is what org serve starts for each burst; you do not need it.",
  ],
  examples: ["org auto on", "org auto", "org auto stop"],
  run: later("auto"),
};
