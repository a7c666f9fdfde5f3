import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 120,
  name: "goal",
  summary: "let a model work towards a goal in cycles, within limits",
  operands: "[GOAL | list | show ID | stop ID]",
  maxOperands: 2,
  actions: ["list", "show", "stop"],
  options: [
    { name: "cycles", value: "N", summary: "the most cycles; default: set by the profile" },
    { name: "seconds", value: "N", summary: "the most seconds; default: set by the profile" },
    { name: "tokens", value: "N", summary: "the most tokens; default: set by the profile" },
    { name: "money", value: "X", summary: "the most money; default: no limit" },
    {
      name: "calls",
      value: "N",
      summary: "the most calls of the model; default: 4 times the cycles",
    },
    {
      name: "actions",
      value: "N",
      summary: "the most tool calls; default: as many as cycles",
    },
    { name: "tools", value: "NAMES", summary: "allow only these tools, separated by commas" },
    { name: "detach", summary: "do not wait for the result; needs org serve" },
    { ...json, summary: "print each step as a line of JSON, then the report" },
  ],
  details: [
    "A goal is a job: org serve works on it. While org serve does not run, this command works on it until the goal ends.",
    "It never asks you: a call that needs your approval is refused and listed in the report. Limits: docs/goals.md.",
    "After Ctrl-C the next org serve or org goal continues the goal; org goal stop ID ends it.",
  ],
  examples: [
    'org goal "How many of the CSV files have no header? Name them."',
    'org goal "Find out what fills the disk." --cycles 10 --seconds 300',
    "org goal list",
    "org goal stop job_3fa19c02d41e07b",
  ],
  run: later("goal"),
};
