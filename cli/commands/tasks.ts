import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 670,
  name: "tasks",
  summary: "list what the home does by itself and when, or run one of it now",
  operands: "[list | run NAME]",
  maxOperands: 2,
  actions: ["list", "run"],
  options: [{ ...json, summary: "print each task as a line of JSON; run: the job" }],
  details: [
    "Tasks are jobs of org serve; without it none runs. Their times: [heartbeat] in org.config.",
    "One whose time passed while nothing ran runs once, at the next start. run does not wait for the job.",
  ],
  examples: ["org tasks", "org tasks run drill"],
  run: later("tasks"),
};
