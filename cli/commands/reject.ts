import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 330,
  name: "reject",
  summary: "reject a candidate",
  operands: "CANDIDATE",
  maxOperands: 1,
  options: [{ name: "reason", value: "TEXT", summary: "why; kept with the verdict" }],
  examples: ['org reject cand/20261121T083000Z --reason "we have that already"'],
  run: later("cand", "reject"),
};
