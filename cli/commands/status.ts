import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 800,
  name: "status",
  summary: "show what runs for this home and what waits for you",
  options: [json],
  details: [
    "Owner, rooms, engine, jobs, heartbeat, supervisor, approvals and notes that wait, and what was spent today.",
    "Nothing is started for it. `org ps` shows the processes alone, `org doctor` looks for what is wrong.",
  ],
  examples: ["org status", "org status --json"],
  run: later("status"),
};
