import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 640,
  name: "worker",
  summary: "work on the jobs of several machines that share a database",
  operands: "[ROLE ...]",
  maxOperands: 3,
  options: [
    {
      name: "workers",
      value: "N",
      summary: "how many jobs run at once, 1 to 64; default: 1, or org.config",
    },
  ],
  details: [
    "Takes jobs from the database of ORG_DB, under the name of ORG_NODE; default: the host name. docs/scale.md.",
    "A ROLE is fitness (tests of the gate), tools (calls of tools) or goals; default: all three.",
    "It owns no home and has no rooms: the machine that accepted a message, workflow or backup does it itself.",
    "On SIGTERM a running job may finish; one that takes too long goes back to the queue.",
  ],
  examples: ["org worker", "org worker tools goals --workers 4"],
  run: later("worker"),
};
