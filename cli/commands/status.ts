import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 800,
  name: "status",
  summary: "show what runs for this home and what waits for you",
  options: [json],
  details: [
    "Owner, rooms, engine, jobs, heartbeat, supervisor, approvals and notes that wait, and today's spending.",
    "It starts no process. `org ps` shows only the processes; `org doctor` finds and explains problems.",
  ],
  examples: ["org status", "org status --json"],
  run: later("status"),
};
