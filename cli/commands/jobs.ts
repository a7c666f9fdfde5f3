import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 660,
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
    "Asks the process that serves the home; while none does, the queue itself is opened.",
    "cancel ends a job that runs at once. requeue lets a dead one begin again with its first attempt.",
    "resume lets workers take jobs of a kind again, such as tool, that a fix of the supervisor has paused.",
  ],
  examples: ["org jobs", "org jobs list --state dead", "org jobs requeue job_3fa19c02d41e07b"],
  run: later("jobs"),
};
