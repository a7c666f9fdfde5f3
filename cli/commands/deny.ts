import type { Command } from "../command.ts";
import { json, room } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 720,
  name: "deny",
  summary: "deny a call that waits for approval",
  operands: "ID",
  maxOperands: 1,
  options: [room, json],
  examples: ["org deny A1"],
  run: later("approvals"),
};
