import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 660,
  name: "jobs",
  summary: "list the jobs of org serve, show, cancel or requeue one",
  operands: "[list | show ID | cancel ID | requeue ID | resume KIND]",
  maxOperands: 3,
  actions: ["list", "show", "cancel", "requeue", "resume"],
  options: [
    {
      name: "state",
      value: "STATE",
      choices: ["queued", "running", "done", "dead", "cancelled"],
      summary: "list: only those; default: all, the newest first",
    },
    { ...json, summary: "print each job as a line of JSON; show: with its trace" },
  ],
  details: [
    "Asks the process that serves the home, or opens the queue itself when no process does.",
    "cancel also ends a running job, at once. requeue runs a dead job again, and counts its attempts from one.",
    "resume lets workers take jobs of a kind, such as tool, again after a fix of the supervisor has paused that kind.",
  ],
  examples: ["org jobs", "org jobs list --state dead", "org jobs requeue job_3fa19c02d41e07b"],
  run: later("jobs"),
};
