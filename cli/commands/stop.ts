import type { Command } from "../command.ts";
import { dryRun, json } from "../command-options.ts";
import { later } from "../later.ts";

/** Every role under which a process of a home is written down. */
const ROLES = [
  ...["current", "candidate", "room", "engine", "embeddings"],
  ...["promotion", "supervisor", "autonomy"],
];

export const command: Command = {
  helpOrder: 820,
  name: "stop",
  summary: "stop the processes of this home",
  operands: `[${ROLES.join(" | ")}]`,
  maxOperands: 1,
  actions: ROLES,
  options: [
    dryRun,
    { name: "grace", value: "S", summary: "seconds between SIGTERM and SIGKILL; default: 10" },
    json,
  ],
  details: [
    "Without a name it stops all. Each process gets SIGTERM, so that it can finish and save; after --grace seconds SIGKILL.",
    "A process is known by its id and its start time, so a process that reuses an old id is never signalled.",
    "The exit code is 1 when a process is still there, and 0 also when none ran.",
  ],
  examples: ["org stop --dry-run", "org stop", "org stop candidate --grace 60"],
  run: later("processes", "stop"),
};
