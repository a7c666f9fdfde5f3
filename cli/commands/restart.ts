import type { Command } from "../command.ts";
import { dryRun, json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 830,
  name: "restart",
  summary: "start what serves this home anew, as it is",
  operands: "[current | candidate]",
  maxOperands: 1,
  actions: ["current", "candidate"],
  options: [dryRun, json],
  details: [
    "Program, port, model and environment stay; what is not committed or released is not taken along.",
    "The exit code is 1 when nothing serves.",
  ],
  examples: ["org restart", "org restart current --json"],
  run: later("processes", "restart"),
};
