import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 860,
  name: "fixes",
  summary: "what org supervise has found, and what was done about it",
  operands: "[list | show N | approve N | reject N | resume ROLE | report [DAY]]",
  maxOperands: 2,
  actions: ["list", "show", "approve", "reject", "resume", "report"],
  options: [json],
  details: [
    "An approved fix is applied by the supervisor at its next look, if what it is for is still there.",
    "resume lets the supervisor start a role again that ended too often.",
    "report tells what was found on a day, such as 2026-01-31, and how turns and tools fared; without a day, today's.",
  ],
  examples: ["org fixes", "org fixes approve 12", "org fixes resume current"],
  run: later("fixes"),
};
