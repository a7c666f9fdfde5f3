import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 850,
  name: "supervise",
  summary: "look after this home: find what went wrong, and mend it or propose how",
  options: [
    {
      name: "once",
      summary: "look for as long as a pattern needs, print what was found, and fix nothing",
    },
    { ...json, summary: "print each finding and each step as one JSON object a line" },
  ],
  details: [
    "Runs until it is told to leave, beside org serve; org ps shows it, org stop ends it with everything else.",
    "What it does about a finding is yours to say: [supervisor] fixes = auto, propose or off, in org.config.",
    "What you have stopped is never started. docs/operations.md lists the patterns.",
  ],
  examples: ["org supervise", "org supervise --once --json"],
  run: later("supervise"),
};
