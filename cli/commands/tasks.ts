import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 670,
  name: "tasks",
  summary: "list the scheduled tasks of the home, or run one now",
  operands: "[list | run NAME]",
  maxOperands: 2,
  actions: ["list", "run"],
  options: [{ ...json, summary: "print each task as a line of JSON; run: the job" }],
  details: [
    "Tasks run as jobs of org serve, and only while it runs. Their times: [heartbeat] in org.config.",
    "A task that was missed runs once at the next start. run does not wait for the job to end.",
  ],
  examples: ["org tasks", "org tasks run drill"],
  run: later("tasks"),
};
