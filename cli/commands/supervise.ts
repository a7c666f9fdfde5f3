import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 850,
  name: "supervise",
  summary: "watch this home for known faults, and fix them or propose a fix",
  options: [
    {
      name: "once",
      summary:
        "look once, for as long as the slowest check needs, print the faults, and fix nothing",
    },
    { ...json, summary: "print each finding and each step as one JSON object a line" },
  ],
  details: [
    "Runs beside org serve until it is stopped; org ps lists it, org stop stops it with everything else.",
    "You choose what it does about a fault: [supervisor] fixes = auto, propose or off, in org.config.",
    "It never starts what you have stopped. docs/operations.md lists the faults that it knows.",
  ],
  examples: ["org supervise", "org supervise --once --json"],
  run: later("supervise"),
};
