import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 680,
  name: "auto",
  summary: "let the home work a little by itself while you are away, or stop it",
  operands: "[status | on | stop | off | burst ID]",
  maxOperands: 2,
  actions: ["status", "on", "stop", "off", "burst"],
  options: [json],
  details: [
    "Off unless you say on, here or by [autonomy] enabled in org.config. org serve does it: it asks a model what to do next, three times a burst, within a budget of its own, [budget.autonomy].",
    "Nothing that it makes counts before you have looked at it: insights wait in org memory review, tools as candidates.",
    "stop ends what runs, within five seconds, and so does a line of yours in any room, or the file .org/run/autonomy-off.",
    "off is the same as stop. burst ID works on a burst that org serve has begun, which starts that itself.",
  ],
  examples: ["org auto on", "org auto", "org auto stop"],
  run: later("auto"),
};
