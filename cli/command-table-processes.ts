/** What runs for a home. A part of the command table. */
import { json } from "./command-options.ts";
import type { CommandSpec, OptionSpec } from "./command-spec.ts";

const dryRun: OptionSpec = { name: "dry-run", summary: "say what would be done, and do nothing" };

const ROLES = ["current", "candidate", "room", "engine", "promotion"];

export const PROCESS_COMMANDS: readonly CommandSpec[] = [
  {
    name: "ps",
    summary: "show what runs for this home",
    options: [json],
    details: [
      "The room that owns the home, the generations that serve it, what works for them, and what each has started.",
    ],
    examples: ["org ps", "org ps --json"],
  },
  {
    name: "stop",
    summary: "end what runs for this home",
    operands: "[current | candidate | room | engine | promotion]",
    maxOperands: 1,
    actions: ROLES,
    options: [
      dryRun,
      { name: "grace", value: "S", summary: "seconds to leave by itself; default: 10" },
      json,
    ],
    details: [
      "Without a name: all of it. Each is asked to leave, which lets it finish and save; then it is killed.",
      "A process is known by its id and the time of its start: one that has only got the same id is left alone.",
      "The exit code is 1 when something is left, and 0 also when nothing ran.",
    ],
    examples: ["org stop --dry-run", "org stop", "org stop candidate --grace 60"],
  },
  {
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
  },
  {
    name: "healthcheck",
    summary: "ask what runs for this home how it is, as JSON",
    options: [json],
    details: [
      "Asks /health and /ready of each generation, and whoever owns a home on its socket, 3 seconds each.",
      "The exit code is 0 when something runs and all of it answers, else 1.",
    ],
    examples: ["org healthcheck"],
  },
];
