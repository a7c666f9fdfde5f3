import type { Command } from "../command.ts";
import { json, room } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 700,
  name: "approvals",
  summary: "show what waits for your approval, in every open room",
  options: [room, json],
  examples: ["org approvals"],
  run: later("approvals"),
};
