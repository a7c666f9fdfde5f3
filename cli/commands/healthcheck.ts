import type { Command } from "../command.ts";
import { dryRun, json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 840,
  name: "healthcheck",
  summary: "print the health of the processes of this home as JSON",
  options: [{ ...dryRun, summary: "print what would be asked, and ask nothing" }, json],
  details: [
    "Asks /health and /ready of each generation, and the socket of the home's owner, with 3 seconds for each.",
    "The exit code is 0 when at least one process runs and all answer, else 1.",
  ],
  examples: ["org healthcheck", "org healthcheck --dry-run"],
  run: later("healthcheck"),
};
