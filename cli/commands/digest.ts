import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 520,
  name: "digest",
  summary: "show the weekly summary of what the home did, or make one now",
  operands: "[show | now]",
  maxOperands: 1,
  actions: ["show", "now"],
  options: [{ ...json, summary: "print it as one JSON object" }],
  details: [
    "org serve makes one each Monday at 07:00. Code counts the figures; a model may propose notes to merge, and nothing",
    "is changed. now counts the last seven days, and stores that as the latest summary.",
  ],
  examples: ["org digest", "org digest now --json"],
  run: later("digest"),
};
