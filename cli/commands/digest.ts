import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 520,
  name: "digest",
  summary: "show what the home did in the last week, or count it now",
  operands: "[show | now]",
  maxOperands: 1,
  actions: ["show", "now"],
  options: [{ ...json, summary: "print it as one JSON object" }],
  details: [
    "org serve makes one each Monday at 07:00. Its figures are counted by code; a model may propose which notes could be one, and nothing is changed.",
    "now counts the seven days until now, and keeps that as the latest.",
  ],
  examples: ["org digest", "org digest now --json"],
  run: later("digest"),
};
