import type { Command } from "../command.ts";
import { json, mode, project, resume, room } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 110,
  name: "ask",
  summary: "ask once and print the answer",
  operands: "[MESSAGE] [-]",
  maxOperands: 2,
  options: [
    { ...resume, summary: "ask in the newest room instead of a new one" },
    room,
    mode,
    project,
    {
      name: "patch",
      summary: "with --project: print the changes as a patch instead of making a candidate",
    },
    { name: "promote", summary: "with --project: merge the candidate when the checks pass" },
    {
      name: "best-of",
      value: "N",
      summary: "with --project: make N attempts, 2 to 8, and use the best one that passes",
    },
    json,
    { name: "raw", summary: "with --json: include the raw output of tools" },
    { name: "yes", summary: "approve every call of this one request that the policy asks about" },
  ],
  details: [
    "Without MESSAGE the message is read from standard input; with MESSAGE and -, standard input is appended to it.",
    "While a room is open in this home, the message is sent to that room.",
    'org -p "…" and org --print "…" are short for org ask "…".',
  ],
  examples: [
    'org ask "What is in this folder?"',
    'git diff | org ask "Review this." -',
    "org ask --json hi",
    'org ask --project . "Make the failing test pass." --promote',
  ],
  run: later("ask"),
};
