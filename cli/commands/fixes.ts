import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 860,
  name: "fixes",
  summary: "list the faults that org supervise found and their fixes, or decide about one",
  operands: "[list | show N | approve N | reject N | resume ROLE | report [DAY]]",
  maxOperands: 2,
  actions: ["list", "show", "approve", "reject", "resume", "report"],
  options: [json],
  details: [
    "The supervisor applies an approved fix at its next look, if the fault is still there.",
    "resume lets the supervisor start a role again that it gave up because it ended too often.",
    "report prints the faults of a day, such as 2026-01-31, and counts of turns and tools; default: today.",
  ],
  examples: ["org fixes", "org fixes approve 12", "org fixes resume current"],
  run: later("fixes"),
};
