import type { Command } from "../command.ts";
import { json, room } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 710,
  name: "approve",
  summary: "let a call that waits for approval run, once",
  operands: "ID",
  maxOperands: 1,
  options: [room, json],
  examples: ["org approve A1", "org approve A1 --room 2026-01-02-0304-3fa19c02"],
  run: later("approvals"),
};
