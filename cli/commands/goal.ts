import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 120,
  name: "goal",
  summary: "let a model work towards a goal in cycles, within limits",
  operands: "[GOAL | list | show ID | stop ID]",
  maxOperands: 2,
  actions: ["list", "show", "stop"],
  options: [
    { name: "cycles", value: "N", summary: "at most so many cycles; default: by the profile" },
    { name: "seconds", value: "N", summary: "at most so long; default: by the profile" },
    { name: "tokens", value: "N", summary: "at most so many tokens; default: by the profile" },
    { name: "money", value: "X", summary: "at most so much money; default: no limit" },
    {
      name: "calls",
      value: "N",
      summary: "ask the model at most so often; default: 4 times the cycles",
    },
    {
      name: "actions",
      value: "N",
      summary: "call tools at most so often; default: as many as cycles",
    },
    { name: "tools", value: "NAMES", summary: "use these tools only, with commas between" },
    { name: "detach", summary: "do not wait for the end; needs org serve" },
    { ...json, summary: "print each step as a line of JSON, then the report" },
  ],
  details: [
    "A goal is a job: org serve works on it, and without that this command does, until the goal ends.",
    "You are asked nothing: what needs your approval is refused and listed in the report. docs/goals.md has the limits.",
    "Ended early (ctrl-c), it goes on with the next org serve or org goal; org goal stop ID ends it.",
  ],
  examples: [
    'org goal "How many of the CSV files have no header? Name them."',
    'org goal "Find out what fills the disk." --cycles 10 --seconds 300',
    "org goal list",
    "org goal stop job_3fa19c02d41e07b",
  ],
  run: later("goal"),
};
