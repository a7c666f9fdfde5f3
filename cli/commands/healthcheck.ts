import type { Command } from "../command.ts";
import { dryRun, json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 840,
  name: "healthcheck",
  summary: "ask what runs for this home how it is, as JSON",
  options: [{ ...dryRun, summary: "say what would be asked, and ask nothing" }, json],
  details: [
    "Asks /health and /ready of each generation, and the owner of the home on its socket, 3 seconds each.",
    "The exit code is 0 when something runs and all of it answers, else 1.",
  ],
  examples: ["org healthcheck", "org healthcheck --dry-run"],
  run: later("healthcheck"),
};
