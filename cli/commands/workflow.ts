import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 220,
  name: "workflow",
  summary: "run, check or show workflows: files of steps that call tools",
  operands: "[run NAME | check [NAME] | list | show NAME]",
  maxOperands: 3,
  actions: ["run", "check", "list", "show"],
  options: [
    { name: "inputs", value: "JSON", summary: "run: the inputs of the workflow; default: {}" },
    { name: "resume", value: "RUN", summary: "run: continue a run after its last finished step" },
    { name: "yes", summary: "run: approve every call that the policy asks about" },
    { name: "runs", summary: "list: show the runs instead, newest first" },
    { ...json, summary: "print JSON; of a run: each step as a line" },
  ],
  details: [
    "NAME is a file in ORG_HOME/workflows without its extension, or the path of a file; show also takes a run.",
    "A finished step is on disk before the next begins: --resume repeats no finished step.",
    "The exit code is 0 when every step succeeded, 1 when a step failed, 65 when the workflow has a mistake.",
  ],
  examples: [
    "org workflow check",
    'org workflow run digest --inputs \'{"folder":"notes"}\'',
    "org workflow list --runs",
    "org workflow run --resume run_3fa19c02d41e07b",
  ],
  run: later("workflow"),
};
