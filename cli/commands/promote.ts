import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 320,
  name: "promote",
  summary: "merge a candidate that passes the gate",
  operands: "[CANDIDATE]",
  maxOperands: 1,
  options: [
    {
      name: "approve",
      summary: "approve a candidate that is held for you; read its difference first",
    },
    json,
  ],
  details: [
    "The gate judges the candidate first when there is no verdict yet, or when main has moved since the verdict.",
    "Main, the tag and the running release change together or not at all. A release that does not run well is reverted",
    "at once.",
  ],
  examples: ["org promote cand/20261121T0830", "org promote cand/20261121T0830 --approve"],
  run: later("promote"),
};
