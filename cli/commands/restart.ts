import type { Command } from "../command.ts";
import { dryRun, json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 830,
  name: "restart",
  summary: "restart the server of this home with the same settings",
  operands: "[current | candidate]",
  maxOperands: 1,
  actions: ["current", "candidate"],
  options: [dryRun, json],
  details: [
    "Program, port, model and environment stay the same; uncommitted and unreleased changes are not used.",
    "The exit code is 1 when no server runs.",
  ],
  examples: ["org restart", "org restart current --json"],
  run: later("processes", "restart"),
};
