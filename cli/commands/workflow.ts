import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 220,
  name: "workflow",
  summary: "run files of steps over tools, check or show them",
  operands: "[run NAME | check [NAME] | list | show NAME]",
  maxOperands: 3,
  actions: ["run", "check", "list", "show"],
  options: [
    { name: "inputs", value: "JSON", summary: "run: what the workflow is given; default: {}" },
    { name: "resume", value: "RUN", summary: "run: go on with a run where it was left" },
    { name: "yes", summary: "run: approve whatever the policy asks about" },
    { name: "runs", summary: "list: the runs instead, newest first" },
    { ...json, summary: "print JSON; of a run: each step as a line" },
  ],
  details: [
    "NAME is a file in ORG_HOME/workflows without its ending, the path of a file, or with show a run.",
    "A step that is finished is on disk before the next begins: --resume repeats none of them.",
    "The exit code is 0 when all is done, 1 when a step failed, 65 when the workflow has a mistake.",
  ],
  examples: [
    "org workflow check",
    'org workflow run digest --inputs \'{"folder":"notes"}\'',
    "org workflow list --runs",
    "org workflow run --resume run_3fa19c02d41e07b",
  ],
  run: later("workflow"),
};
