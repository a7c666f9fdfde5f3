import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 860,
  name: "fixes",
  summary: "what org supervise has found, and what was done about it",
  operands: "[list | show N | approve N | reject N | resume ROLE]",
  maxOperands: 2,
  actions: ["list", "show", "approve", "reject", "resume"],
  options: [json],
  details: [
    "An approved fix is applied by the supervisor at its next look, if what it is for is still there.",
    "resume lets the supervisor start a role again that ended too often.",
  ],
  examples: ["org fixes", "org fixes approve 12", "org fixes resume current"],
  run: later("fixes"),
};
